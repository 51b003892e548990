import type { IncomingMessage } from 'node:http';
import type { OperationCost } from '../limits/operation-cost.ts';
import { writeMoment } from '../moment.ts';
import { clientAddress } from './address.ts';
import { Budget, type Standing } from './budget.ts';
import { KnownCallers } from './known-callers.ts';
import { makeLimiter } from './limiters.ts';
import { openRedis, type RedisSettings } from './redis.ts';
import { mostPointsWithoutToken, type RateLimitSettings, refusalPoints } from './settings.ts';

/** Who asks, as far as budgets go. */
export interface Caller {
  readonly address: string;
  /** The key of a token's budget; null without a valid token. */
  readonly token: string | null;
}

/** What of a viewer decides whose budget is used. */
interface TokenHolder {
  /** Null for a user who signed in without a token of ours. */
  readonly tokenId: string | null;
  readonly userId: string;
}

/** `extensions.cost` of an answer. Where no limit applies, all but `query` are null. */
export interface CostReport {
  /** Points that the operation was, or would have been, charged. */
  readonly query: number;
  /** Points a window of the budget with the fewest left, of those that apply. */
  readonly limit: number | null;
  readonly remaining: number | null;
  /** When that window ends and `remaining` is `limit` again. */
  readonly resetsAt: string | null;
}

export interface Charge {
  readonly cost: CostReport;
  /** Null where the operation may execute, else when to try again, in ms since 1970. */
  readonly refusedUntil: number | null;
}

interface Account {
  readonly budget: Budget;
  readonly key: string;
}

/** The budgets of tokens and addresses, on this node or, in Redis, for all nodes together. */
export interface RateLimits {
  /** Who sends a request, as far as is known without looking anything up: a token that was never seen counts as none. */
  callerOf(request: IncomingMessage): Caller;
  /** Notes who a request's `Authorization` header was found to stand for; null for nobody. */
  recognise(request: IncomingMessage, viewer: TokenHolder | null): Caller;
  /** Takes what an operation costs from every budget that applies, or nothing from any of them if it doesn't fit in all. */
  charge(caller: Caller, cost: OperationCost): Promise<Charge>;
  /** Undoes a charge. */
  giveBack(caller: Caller, cost: OperationCost): Promise<void>;
  /** Charges a few points for a request that was refused before it executed. */
  fine(caller: Caller): Promise<void>;
  /** When the caller may come back, in ms since 1970, if one of their budgets is known to be used up. Asks nobody. */
  refusedUntil(caller: Caller): number | undefined;
  close(): void;
}

/** Makes the budgets; counted in Redis if there is one. Without Redis `close` has nothing to do. */
export function openRateLimits(
  settings: RateLimitSettings,
  redisSettings: RedisSettings | null = null,
): RateLimits {
  const redis = redisSettings && openRedis(redisSettings);
  const budget = (name: string, points: number) => {
    const options = { keyPrefix: `rollcall:points:${name}`, points, duration: settings.windowSeconds };
    return points === 0 ? null : new Budget(points, options.duration, makeLimiter(options, redis));
  };
  const budgets = {
    token: budget('token', settings.perToken),
    address: budget('address', settings.perAddress),
    anonymous: budget('anonymous', settings.anonymous),
  };
  const known = new KnownCallers();
  const addressOf = ({ socket, headers }: IncomingMessage) =>
    clientAddress(
      socket.remoteAddress,
      [headers['x-forwarded-for'] ?? []].flat().join(),
      settings.trustedProxies,
    );
  const accountsOf = ({ token, address }: Caller): Account[] =>
    token === null
      ? accounts([budgets.anonymous, address])
      : accounts([budgets.token, token], [budgets.address, address]);
  return {
    callerOf: (request) => ({
      address: addressOf(request),
      token: known.budgetOf(request),
    }),
    recognise(request, viewer) {
      const token = viewer && (viewer.tokenId ?? `user:${viewer.userId}`);
      known.note(request, token);
      return { address: addressOf(request), token };
    },
    charge: (caller, cost) => chargeAll(accountsOf(caller), pointsFor(caller, cost)),
    giveBack: (caller, cost) => giveBackAll(accountsOf(caller), pointsFor(caller, cost)),
    async fine(caller) {
      const [first] = accountsOf(caller);
      await first?.budget.fine(first.key);
    },
    refusedUntil(caller) {
      const spent = accountsOf(caller).map(({ budget, key }) => budget.spentUntil(key) ?? 0);
      return Math.max(0, ...spent) || undefined;
    },
    close: () => redis?.disconnect(),
  };
}

function accounts(...all: [budget: Budget | null, key: string][]): Account[] {
  const found: Account[] = [];
  for (const [budget, key] of all) if (budget !== null) found.push({ budget, key });
  return found;
}

function pointsFor({ token }: Caller, { points, surcharge }: OperationCost): number {
  if (token !== null) return Math.max(1, points) + surcharge;
  return Math.max(refusalPoints, Math.min(points, mostPointsWithoutToken)) + surcharge;
}

// One after the other: points that a token doesn't have must not be missing from its address' meanwhile.
async function chargeAll(all: readonly Account[], points: number): Promise<Charge> {
  let tightest: Standing | null = null;
  for (const [index, { budget, key }] of all.entries()) {
    const standing = await budget.take(key, points);
    if (!standing.isTaken) {
      await giveBackAll(all.slice(0, index), points);
      return { cost: report(points, standing), refusedUntil: standing.resetsAt };
    }
    if (tightest === null || standing.remaining < tightest.remaining) tightest = standing;
  }
  return { cost: report(points, tightest), refusedUntil: null };
}

async function giveBackAll(all: readonly Account[], points: number): Promise<void> {
  await Promise.all(all.map(({ budget, key }) => budget.giveBack(key, points)));
}

function report(query: number, standing: Standing | null): CostReport {
  if (standing === null) return { query, limit: null, remaining: null, resetsAt: null };
  const { limit, remaining, resetsAt } = standing;
  return { query, limit, remaining, resetsAt: writeMoment(new Date(resetsAt)) };
}
