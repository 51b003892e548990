import type { Live } from '../../live/live.ts';
import type { LiveEvent, Source } from '../live-stream.ts';
import { patiently } from '../patience.ts';
import { waitAtMost } from '../waiting.ts';
import { type Alike, Crowds } from './alike.ts';
import { answerOnce } from './common-view.ts';
import { isUnreadable, unread, withCursor } from './ends.ts';
import { standingOf } from './likeness.ts';
import { lookAtRights } from './rights.ts';
import type { Subscriber } from './subscriber.ts';
import type { ToldEvent } from './told-event.ts';

/** However little happens, rights are looked at again after so long, in ms. */
const rightsMilliseconds = 9_000;

const crowds = new Crowds<Crowd>();

/** Tells a subscriber the events of a source, which it closes in the end. */
export function follow(subscriber: Subscriber, source: Source<unknown>): void {
  new Crowd(subscriber, source, source.startCursor, Date.now()).run(async () => undefined);
}

/**
 * Subscribers who ask for the same, see it with the same rights and have come to the same place: each event is taken and
 * executed once for all of them, after one look at the rights of all. Everybody begins as a crowd of one. When nothing is
 * left to tell, a crowd joins the one that rests at its place; whoever cannot take an event at once, or whose rights have
 * changed, goes on apart.
 */
export class Crowd {
  readonly #live: Live;
  readonly #source: Source<unknown>;
  readonly #standing: string;
  readonly #alike: Alike<Crowd>;
  readonly #members = new Set<Subscriber>();
  readonly #ended = new AbortController();
  /** Of the event that was told last. */
  #cursor: string | undefined;
  #lookedAt: number;
  #restsAt: unknown = null;
  #wake: () => void = () => undefined;

  constructor(first: Subscriber, source: Source<unknown>, cursor: string | undefined, lookedAt: number) {
    this.#live = first.context.live;
    this.#source = source;
    this.#standing = standingOf(first.viewer, source.workspaceKeys);
    this.#alike = crowds.alike(this.#live, first.question, this.#standing);
    this.#alike.enter();
    this.#cursor = cursor;
    this.#lookedAt = lookedAt;
    this.#add(first);
  }

  /** Tells what there is to tell until nobody is left, after something else. Never rejects. */
  async run(first: (crowd: Crowd) => Promise<void>): Promise<void> {
    try {
      await first(this);
      while (!this.#ended.signal.aborted) await this.#goOn();
    } catch (error) {
      for (const member of [...this.#members]) this.#fail(member, error);
    }
  }

  /** Leaves out who is not to be told any more. */
  remove(member: Subscriber): void {
    if (this.#members.delete(member) && this.#members.size === 0) this.#close();
  }

  #add(member: Subscriber): void {
    this.#members.add(member);
    member.crowd = this;
  }

  #close(): void {
    this.#ended.abort();
    this.#rise();
    this.#source.close();
    this.#alike.leave();
  }

  #fail(member: Subscriber, error: unknown): void {
    this.remove(member);
    void member.fail(withCursor(error, this.#cursor));
  }

  async #goOn(): Promise<void> {
    const { signal } = this.#ended;
    const event = await patiently(() => this.#source.take(), signal);
    if (event !== null || this.#isDue() <= 0) await this.#look(event);
    if (signal.aborted) return;
    if (event === null) await this.#rest();
    else await this.#tell(event);
  }

  /** Looks at the rights of all before they are told of an event; whose rights have changed is told apart. */
  async #look(event: LiveEvent<unknown> | null): Promise<void> {
    const viewers = new Set([...this.#members].map(({ viewer }) => viewer));
    const look = () => lookAtRights(this.#live, this.#source, viewers);
    const find = await patiently(look, this.#ended.signal);
    this.#lookedAt = Date.now();
    for (const member of [...this.#members]) {
      const found = find(member.viewer);
      if ('end' in found) this.#fail(member, found.end);
      else {
        member.viewer = found.viewer;
        if (found.standing !== this.#standing)
          this.#part(member, async (crowd) => event && crowd.#tell(event));
      }
    }
  }

  /** In how many ms rights are to be looked at again. */
  #isDue(): number {
    return this.#lookedAt + rightsMilliseconds - Date.now();
  }

  async #tell(event: LiveEvent<unknown>): Promise<void> {
    const [member] = this.#members;
    if (member === undefined) return;
    if (this.#members.size > 1) return this.#tellAll(member, event);
    const result = await patiently(() => member.answer(event), this.#ended.signal, isUnreadable);
    if (event.cursor !== undefined && isUnreadable(result)) throw unread(result);
    await member.tell(member.told(result, event.cursor));
    this.#cursor = event.cursor;
  }

  async #tellAll(some: Subscriber, event: LiveEvent<unknown>): Promise<void> {
    const told = await answerOnce(some, event, this.#source.workspaceKeys, this.#ended.signal);
    if (told === 'personal') this.#alike.isPersonal = true;
    if (typeof told !== 'string') return this.#deliver(told);
    for (const member of [...this.#members]) this.#part(member, (crowd) => crowd.#tell(event));
  }

  /** Tells everybody who can take it at once; whoever cannot even in a moment goes on apart when they can. */
  async #deliver(told: ToldEvent): Promise<void> {
    const late = new Map<Subscriber, Promise<void>>();
    for (const member of this.#members) if (!member.offer(told)) late.set(member, member.tell(told));
    for (const [member, telling] of late)
      telling.then(
        () => late.delete(member),
        () => undefined,
      );
    if (late.size > 0) await new Promise((resolve) => setImmediate(resolve));
    // Who can't be told in the end has come no further than to the event before.
    const goOn = (telling: Promise<void>) => async (crowd: Crowd) => {
      await telling;
      crowd.#cursor = told.cursor;
    };
    for (const [member, telling] of late) if (this.#members.has(member)) this.#part(member, goOn(telling));
    this.#cursor = told.cursor;
  }

  /** Lets somebody go on in a crowd of their own, from the same place. */
  #part(member: Subscriber, first: (crowd: Crowd) => Promise<unknown>): void {
    const apart = new Crowd(member, this.#source.fork(), this.#cursor, this.#lookedAt);
    this.remove(member);
    void apart.run(async () => void (await first(apart)));
  }

  /** Joins a crowd at the same place, or waits: for something to take, for the next look, or for an end. */
  async #rest(): Promise<void> {
    const { stopping } = this.#live;
    if (stopping.aborted) for (const member of this.#members) member.flush();
    this.#join();
    if (this.#ended.signal.aborted) return;
    const signals = stopping.aborted ? [this.#ended.signal] : [this.#ended.signal, stopping];
    const wait = (signal: AbortSignal) => this.#source.wait(signal);
    await waitAtMost(this.#isDue(), signals, wait, (letGo) => {
      this.#wake = letGo;
    });
    this.#rise();
  }

  #rise(): void {
    if (this.#alike.resting.get(this.#restsAt) === this) this.#alike.resting.delete(this.#restsAt);
  }

  #join(): void {
    this.#restsAt = this.#alike.isPersonal ? null : this.#source.place();
    if (this.#restsAt === null) return;
    const other = this.#alike.resting.get(this.#restsAt);
    if (other !== undefined && other.#members.size >= this.#members.size) other.#adopt(this);
    else {
      if (other !== undefined) this.#adopt(other);
      this.#alike.resting.set(this.#restsAt, this);
    }
  }

  /** Takes over the members of a crowd that is at the same place. */
  #adopt(other: Crowd): void {
    for (const member of other.#members) this.#add(member);
    other.#members.clear();
    this.#source.adopt?.(other.#source);
    if (other.#lookedAt < this.#lookedAt) {
      this.#lookedAt = other.#lookedAt;
      // It is to look again sooner than it was going to.
      this.#wake();
    }
    other.#close();
  }
}
