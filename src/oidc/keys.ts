import {
  type CryptoKey,
  createLocalJWKSet,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWSHeaderParameters,
} from 'jose';
import { BusyError } from '../errors.ts';
import { fetchKeySet } from './issuer.ts';
import { isObject } from './rules.ts';

/** From this age on, keys are fetched anew while the ones at hand go on being used. */
const freshMilliseconds = 600_000;
/** Older ones are not used: a key that the issuer took back has to end, and so have tokens from before an outage. */
const longestMilliseconds = 3_600_000;
/** The least time between two fetches: whoever forges key ids must not make us flood the issuer. */
const pauseMilliseconds = 30_000;
const pauseAfterFailureMilliseconds = 5_000;

export interface KeysOptions {
  readonly issuer: string;
  /** Told once for each outage, when it begins. */
  readonly onOutage: (error: unknown) => void;
  /** The time in ms since 1970. */
  readonly now: () => number;
}

/**
 * The issuer's keys: fetched when they are first needed, kept, and fetched again when they are old or a token names one
 * that is not among them.
 */
export class IssuerKeys {
  readonly #options: KeysOptions;
  #held: { readonly find: ReturnType<typeof createLocalJWKSet>; readonly since: number } | null = null;
  #fetching: Promise<void> | null = null;
  #triedAt = Number.NEGATIVE_INFINITY;
  #isOut = false;

  constructor(options: KeysOptions) {
    this.#options = options;
  }

  /**
   * The key that a token is signed with.
   * @throws BusyError when the issuer cannot be asked for it, a JOSEError when it has no such key.
   */
  async find(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> {
    if (this.#age() > longestMilliseconds) await this.#refresh();
    else if (this.#age() > freshMilliseconds) void this.#refresh();
    try {
      return await this.#current()(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await this.#refresh();
      if (this.#isOut) throw unreachable();
      return this.#current()(header, token);
    }
  }

  #age(): number {
    return this.#options.now() - (this.#held?.since ?? Number.NEGATIVE_INFINITY);
  }

  #current(): ReturnType<typeof createLocalJWKSet> {
    if (this.#held === null || this.#age() > longestMilliseconds) throw unreachable();
    return this.#held.find;
  }

  /** Fetches the keys, unless that was just tried; who comes meanwhile waits for the same answer. Never rejects. */
  #refresh(): Promise<void> {
    if (this.#fetching !== null) return this.#fetching;
    const pause = this.#isOut ? pauseAfterFailureMilliseconds : pauseMilliseconds;
    if (this.#options.now() - this.#triedAt < pause) return Promise.resolve();
    this.#fetching = this.#fetch().finally(() => {
      this.#triedAt = this.#options.now();
      this.#fetching = null;
    });
    return this.#fetching;
  }

  async #fetch(): Promise<void> {
    const { issuer, onOutage, now } = this.#options;
    try {
      const published: unknown = await fetchKeySet(issuer);
      if (!isKeySet(published)) throw new Error(`${issuer} publishes no key set`);
      this.#held = { find: createLocalJWKSet(published), since: now() };
      this.#isOut = false;
    } catch (error) {
      if (!this.#isOut) onOutage(error);
      this.#isOut = true;
    }
  }
}

/** Whether it is a key set; `jose` looks at the keys themselves. */
function isKeySet(published: unknown): published is JSONWebKeySet {
  return isObject(published) && Array.isArray(published.keys) && published.keys.every(isObject);
}

function unreachable(): BusyError {
  return new BusyError('The keys that this token is signed with cannot be had at the moment. Try again.');
}
