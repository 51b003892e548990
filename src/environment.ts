import { type DocumentLimits, defaultLimits } from './graphql/limits/document-limits.ts';
import { defaultRateLimits, type RateLimitSettings } from './graphql/rate-limit/settings.ts';
import { type IssuerSettings, isIssuer } from './oidc/rules.ts';

/** Every setting, parsed and with its default. The table in README.md says what each is for. */
export interface Environment {
  readonly host: string;
  readonly port: number;
  readonly dataDirectory: string;
  readonly databaseUrl: string | null;
  readonly directDatabaseUrl: string | null;
  readonly databasePoolSize: number;
  /** What sets of participants may take in memory; 0 to keep none. */
  readonly eligibilityCacheMegabytes: number;
  /** What participants by their keys may take in memory; 0 to keep none. */
  readonly participantCacheMegabytes: number;
  readonly seedDemo: boolean;
  readonly bootstrapToken: string | null;
  /** Whom `npm run bootstrap` makes. */
  readonly firstAdmin: { readonly name: string; readonly email: string; readonly workspaceTitle: string };
  /** Where participants' browsers reach the gateway, without a slash at the end; null for wherever a request has. */
  readonly publicUrl: string | null;
  readonly corsOrigins: readonly string[];
  /** Whose tokens users may sign in with, or null. */
  readonly oidc: IssuerSettings | null;
  readonly graphiql: boolean;
  readonly introspection: boolean;
  readonly suggestions: boolean;
  readonly maxBodyBytes: number;
  readonly limits: DocumentLimits;
  readonly rateLimitSettings: RateLimitSettings;
  /** Where rates are counted for all nodes together; null to count on each alone. */
  readonly redisUrl: string | null;
  readonly requestSeconds: number;
  /** How many subscriptions one user may have on one node. */
  readonly maxSubscriptionsPerViewer: number;
  /** How many operations may be under way on one WebSocket. */
  readonly maxSubscriptionsPerConnection: number;
  readonly logLevel: string;
  readonly drainSeconds: number;
}

/** A setting that cannot be used. */
export class SettingError extends Error {}

type Variables = Readonly<Record<string, string | undefined>>;

const logLevels = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'];

/** Reads the settings from environment variables. @throws SettingError that names the variable and what it takes */
export function readEnvironment(variables: Variables): Environment {
  const isProduction = variables.NODE_ENV === 'production';
  const text = (name: string) => variables[name]?.trim() || null;
  const flag = (name: string, otherwise: boolean) => flagOf(name, text(name), otherwise);
  const number = (name: string, otherwise: number, least: number, most: number) =>
    numberOf(name, text(name), otherwise, least, most);
  const databaseUrl = urlOf('DATABASE_URL', text('DATABASE_URL'));
  const large = 1_000_000_000;
  return {
    host: text('HOST') ?? '127.0.0.1',
    port: number('PORT', 4000, 0, 65_535),
    dataDirectory: text('DATA_DIR') ?? '.data',
    databaseUrl,
    directDatabaseUrl: urlOf('DIRECT_DATABASE_URL', text('DIRECT_DATABASE_URL')) ?? databaseUrl,
    databasePoolSize: number('DATABASE_POOL_SIZE', 10, 2, 1_000),
    eligibilityCacheMegabytes: number('ELIGIBILITY_CACHE_MB', 64, 0, 1_000_000),
    participantCacheMegabytes: number('PARTICIPANT_CACHE_MB', 64, 0, 1_000_000),
    seedDemo: flag('SEED_DEMO', databaseUrl === null),
    bootstrapToken: tokenOf(text('BOOTSTRAP_TOKEN')),
    firstAdmin: {
      name: text('ADMIN_NAME') ?? 'Admin',
      email: text('ADMIN_EMAIL') ?? 'admin@localhost',
      workspaceTitle: text('ADMIN_WORKSPACE') ?? 'Our lab',
    },
    publicUrl: publicUrlOf(text('PUBLIC_URL')),
    corsOrigins: originsOf(text('CORS_ORIGINS')),
    oidc: issuerOf(text('OIDC_ISSUER'), text('OIDC_AUDIENCE')),
    graphiql: flag('GRAPHIQL', !isProduction),
    introspection: flag('INTROSPECTION', !isProduction),
    suggestions: flag('SUGGESTIONS', !isProduction),
    maxBodyBytes: number('MAX_BODY_BYTES', 2_097_152, 1_024, large),
    limits: {
      maxCharacters: number('MAX_CHARACTERS', defaultLimits.maxCharacters, 1, large),
      maxTokens: number('MAX_TOKENS', defaultLimits.maxTokens, 1, large),
      maxDefinitions: number('MAX_DEFINITIONS', defaultLimits.maxDefinitions, 1, large),
      maxDepth: number('MAX_DEPTH', defaultLimits.maxDepth, 1, 1_000),
      maxAliases: number('MAX_ALIASES', defaultLimits.maxAliases, 0, large),
      maxRepeatedFields: number('MAX_REPEATED_FIELDS', defaultLimits.maxRepeatedFields, 1, large),
      maxDirectives: number('MAX_DIRECTIVES', defaultLimits.maxDirectives, 0, large),
      maxInputValues: number('MAX_INPUT_VALUES', defaultLimits.maxInputValues, 1, large),
      maxInputKeys: number('MAX_INPUT_KEYS', defaultLimits.maxInputKeys, 1, large),
      maxCost: number('MAX_COST', defaultLimits.maxCost, 1, large),
    },
    rateLimitSettings: {
      ...defaultRateLimits,
      perToken: number('RATE_LIMIT_PER_TOKEN', defaultRateLimits.perToken, 0, large),
      perAddress: number('RATE_LIMIT_PER_ADDRESS', defaultRateLimits.perAddress, 0, large),
      anonymous: number('RATE_LIMIT_ANONYMOUS', defaultRateLimits.anonymous, 0, large),
      trustedProxies: number('TRUSTED_PROXIES', defaultRateLimits.trustedProxies, 0, 10),
    },
    redisUrl: redisUrlOf(text('REDIS_URL')),
    requestSeconds: number('REQUEST_SECONDS', 30, 1, 3_600),
    maxSubscriptionsPerViewer: number('MAX_SUBSCRIPTIONS_PER_VIEWER', 100, 1, large),
    maxSubscriptionsPerConnection: number('MAX_SUBSCRIPTIONS_PER_CONNECTION', 50, 1, large),
    logLevel: logLevelOf(text('LOG_LEVEL') ?? 'info'),
    drainSeconds: number('DRAIN_SECONDS', 10, 0, 3_600),
  };
}

function flagOf(name: string, value: string | null, otherwise: boolean): boolean {
  if (value === null) return otherwise;
  if (value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  throw new SettingError(`${name} takes "true" or "false", not "${value}".`);
}

function numberOf(
  name: string,
  value: string | null,
  otherwise: number,
  least: number,
  most: number,
): number {
  if (value === null) return otherwise;
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= least && number <= most) return number;
  throw new SettingError(`${name} takes a whole number from ${least} to ${most}, not "${value}".`);
}

function urlOf(name: string, value: string | null): string | null {
  if (value === null || /^postgres(ql)?:\/\//.test(value)) return value;
  throw new SettingError(`${name} takes a URL that begins with postgresql://.`);
}

function publicUrlOf(value: string | null): string | null {
  if (value === null) return null;
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url !== null && /^https?:$/.test(url.protocol) && url.search + url.hash + url.username === '')
    return url.href.replace(/\/+$/, '');
  throw new SettingError('PUBLIC_URL takes a URL that begins with https:// or http://, without "?" and "#".');
}

function redisUrlOf(value: string | null): string | null {
  if (value === null || (/^rediss?:\/\/./.test(value) && URL.canParse(value))) return value;
  throw new SettingError('REDIS_URL takes a URL that begins with redis:// or rediss://.');
}

function tokenOf(value: string | null): string | null {
  if (value === null || /^[\x21-\x7e]{16,200}$/.test(value)) return value;
  throw new SettingError('BOOTSTRAP_TOKEN takes 16 to 200 printable ASCII characters without spaces.');
}

function originsOf(value: string | null): string[] {
  const origins = (value ?? '').split(',').map((origin) => origin.trim());
  return origins
    .filter((origin) => origin !== '')
    .map((origin) => {
      if (URL.canParse(origin) && new URL(origin).origin === origin) return origin;
      throw new SettingError(
        `CORS_ORIGINS takes origins such as https://app.example, comma-separated; "${origin}" is none.`,
      );
    });
}

function issuerOf(issuer: string | null, audience: string | null): IssuerSettings | null {
  if (issuer === null && audience === null) return null;
  if (issuer === null || audience === null) {
    throw new SettingError('OIDC_ISSUER takes OIDC_AUDIENCE beside it, and OIDC_AUDIENCE takes OIDC_ISSUER.');
  }
  if (isIssuer(issuer)) return { issuer, audience };
  throw new SettingError(
    `OIDC_ISSUER takes a URL that begins with https:// (http:// for this machine alone), without "?" and "#"; not "${issuer}".`,
  );
}

function logLevelOf(value: string): string {
  if (logLevels.includes(value)) return value;
  throw new SettingError(`LOG_LEVEL takes one of ${logLevels.join(', ')}, not "${value}".`);
}
