import type { Live } from '../../live/live.ts';

/** Those who ask for the same and see the same, in crowds by the place that each has come to. */
export class Alike<Crowd> {
  /** Crowds that have nothing to tell, by their place: who comes to the same place joins them. */
  readonly resting = new Map<unknown, Crowd>();
  /** Whether something of what they ask for was found to be each viewer's own: then everybody is told alone. */
  isPersonal = false;
  readonly #onEmpty: () => void;
  #crowds = 0;

  constructor(onEmpty: () => void) {
    this.#onEmpty = onEmpty;
  }

  enter(): void {
    this.#crowds += 1;
  }

  leave(): void {
    this.#crowds -= 1;
    if (this.#crowds === 0) this.#onEmpty();
  }
}

/** All crowds of each node. */
export class Crowds<Crowd> {
  readonly #ofNodes = new WeakMap<Live, Map<string, Alike<Crowd>>>();

  /** Those on a node who ask for this and see it with these rights; forgotten with the last crowd. */
  alike(live: Live, question: string, standing: string): Alike<Crowd> {
    const all = this.#ofNodes.get(live) ?? new Map<string, Alike<Crowd>>();
    this.#ofNodes.set(live, all);
    const key = `${question} ${standing}`;
    const known = all.get(key) ?? new Alike<Crowd>(() => void all.delete(key));
    all.set(key, known);
    return known;
  }
}
