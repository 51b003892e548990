import { RequestCache } from '@pothos/plugin-scope-auth';
import type { Context } from './context.ts';
import { forgetReads } from './loader.ts';

/**
 * A context lent to the resolvers of one execution. Pothos keeps what it makes for a context in weak maps, and V8 takes
 * that through its small collections whoever is dead: all that a context leads to would be copied, and stay until the
 * next full collection. So it leads nowhere when the answer is there.
 */
export class LentContext implements Context {
  #lent: Context | null;

  constructor(context: Context) {
    this.#lent = context;
  }

  get caller() {
    return this.#own.caller;
  }

  get viewer() {
    return this.#own.viewer;
  }

  set viewer(viewer) {
    this.#own.viewer = viewer;
  }

  get hasToken() {
    return this.#own.hasToken;
  }

  get scope() {
    return this.#own.scope;
  }

  set scope(scope) {
    this.#own.scope = scope;
  }

  get loaders() {
    return this.#own.loaders;
  }

  get store() {
    return this.#own.store;
  }

  get publicUrl() {
    return this.#own.publicUrl;
  }

  get live() {
    return this.#own.live;
  }

  get lastEventId() {
    return this.#own.lastEventId;
  }

  get gone() {
    return this.#own.gone;
  }

  /** Takes it back, with all that was read: who asks it for something afterwards, in a branch that the answer doesn't need, gets an error. */
  takeBack(): void {
    forgetReads(this);
    RequestCache.clearForContext(this);
    this.#lent = null;
  }

  get #own(): Context {
    if (this.#lent === null) throw new Error('The answer has been given without this');
    return this.#lent;
  }
}
