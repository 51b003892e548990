import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/database/embedded-server.ts';
import { listMigrations, migrate, pendingMigrations } from '../../src/database/migrate.ts';
import { printSchemaScript } from '../../src/database/schema-engine.ts';

const prisma = join(import.meta.dirname, '..', '..', 'prisma');
const directory = join(prisma, 'migrations');
const log = () => undefined;

let dataDirectory: string;
let server: EmbeddedServer;
let admin: pg.Client;
let url: string;
let client: pg.Client;

beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'rollcall-migrations-'));
  server = await startEmbeddedServer({ dataDirectory, log, settings: { fsync: 'off' } });
  admin = await open(server.url);
});

afterAll(async () => {
  await admin?.end();
  await server?.stop();
  await rm(dataDirectory, { recursive: true, force: true });
});

beforeEach(async () => {
  url = await createDatabase('under_test');
  client = await open(url);
});

afterEach(async () => {
  await client?.end();
});

async function createDatabase(name: string): Promise<string> {
  await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await admin.query(`CREATE DATABASE ${name}`);
  return server.url.replace('/rollcall?', `/${name}?`);
}

async function open(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', log);
  await client.connect();
  return client;
}

/** A copy of the migrations with one more. */
async function withMigration(sql: string): Promise<string> {
  const copy = await mkdtemp(join(dataDirectory, 'copy-'));
  await cp(directory, copy, { recursive: true });
  await mkdir(join(copy, '20990101000000_next'));
  await writeFile(join(copy, '20990101000000_next', 'migration.sql'), sql);
  return copy;
}

it('applies every migration to an empty database, and nothing the second time', async () => {
  const names = await listMigrations(directory);
  expect(await migrate({ url, directory, log })).toEqual(names);
  expect(await migrate({ url, directory, log })).toEqual([]);
});

it('applies each migration once when four nodes start together', async () => {
  const names = await listMigrations(directory);
  const applied = await Promise.all([1, 2, 3, 4].map(() => migrate({ url, directory, log })));
  expect(applied.flat()).toEqual(names);
  const { rows } = await client.query('SELECT migration_name, applied_steps_count FROM _prisma_migrations');
  expect(rows).toEqual(names.map((migration_name) => ({ migration_name, applied_steps_count: 1 })));
});

it('tells which migrations a database lacks', async () => {
  const names = await listMigrations(directory);
  const query = (sql: string) => client.query(sql);
  expect(await pendingMigrations(query, names)).toEqual(names);
  await migrate({ url, directory, log });
  expect(await pendingMigrations(query, [...names, '20990101000000_next'])).toEqual(['20990101000000_next']);
});

it('gives up, and says why, when another session keeps the lock', async () => {
  await client.query('SELECT pg_advisory_lock(72707369)');
  const attempt = migrate({ url, directory, log, waitMilliseconds: 50 });
  await expect(attempt).rejects.toThrow(/has held the lock on migrations .* for 0\.05 s/);
});

it('does not ask for the lock when nothing is pending', async () => {
  await migrate({ url, directory, log });
  await client.query('SELECT pg_advisory_lock(72707369)');
  expect(await migrate({ url, directory, log, waitMilliseconds: 0 })).toEqual([]);
});

it('applies a migration with semicolons in comments, strings and functions', async () => {
  const sql = `-- one; two
    CREATE FUNCTION three() RETURNS text LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; RETURN 'a;b'; END $$;
    CREATE TABLE texts AS SELECT three() AS text;`;
  await migrate({ url, directory: await withMigration(sql), log });
  expect((await client.query('SELECT text FROM texts')).rows).toEqual([{ text: 'a;b' }]);
});

it('leaves nothing of a migration that fails, and says what failed now and later', async () => {
  const broken = await withMigration('CREATE TABLE half (); SELECT 1 / 0;');
  await expect(migrate({ url, directory: broken, log })).rejects.toThrow(/division by zero/);
  expect((await client.query("SELECT to_regclass('half') AS half")).rows).toEqual([{ half: null }]);
  const again = migrate({ url, directory: broken, log });
  await expect(again).rejects.toThrow(/20990101000000_next failed earlier.*division by zero/s);
});

it('lets tokens that expired at infinity never expire', async () => {
  const before = await mkdtemp(join(dataDirectory, 'before-'));
  await cp(directory, before, { recursive: true });
  for (const name of await listMigrations(before))
    if (name >= '20261130030000') await rm(join(before, name), { recursive: true });
  await migrate({ url, directory: before, log });
  await client.query(
    `INSERT INTO app_user (id, name, email) VALUES (gen_random_uuid(), 'Ann', 'ann@lab.example')`,
  );
  await client.query(`INSERT INTO api_token (id, user_id, name, prefix, secret_hash, created_at, expires_at)
    SELECT gen_random_uuid(), app_user.id, expiry, 'p', sha256(expiry::bytea), '-infinity', expiry::timestamptz
    FROM app_user, unnest(ARRAY['infinity', '294276-12-31', '-infinity', '9999-12-31 23:59:59.999Z', '2027-01-01Z']) AS expiry`);
  await migrate({ url, directory, log });
  const { rows } = await client.query('SELECT name, expires_at FROM api_token');
  expect(Object.fromEntries(rows.map((row) => [row.name, row.expires_at?.toISOString() ?? null]))).toEqual({
    infinity: null,
    '294276-12-31': null,
    '-infinity': '1970-01-01T00:00:00.000Z',
    '9999-12-31 23:59:59.999Z': '9999-12-31T23:59:59.999Z',
    '2027-01-01Z': '2027-01-01T00:00:00.000Z',
  });
});

/** What schema.prisma cannot say, and the migrations do. */
const byHand = [
  'CREATE TRIGGER api_token_access AFTER INSERT OR UPDATE OF id, user_id, secret_hash, workspace_key, read_only, expires_at ON public.api_token FOR EACH ROW EXECUTE FUNCTION count_access_edit()',
  'CREATE TRIGGER app_user_access BEFORE UPDATE OF email ON public.app_user FOR EACH ROW WHEN ((old.email IS DISTINCT FROM new.email)) EXECUTE FUNCTION count_user_edit()',
  'CREATE TRIGGER workspace_member_access AFTER INSERT OR DELETE OR UPDATE ON public.workspace_member FOR EACH ROW EXECUTE FUNCTION count_access_edit()',
  'CREATE INDEX completion_action_group_idx ON public.completion_action USING btree (group_key, code_key) WHERE (group_key IS NOT NULL)',
  'CREATE INDEX membership_change_submission_idx ON public.membership_change USING btree (submission_key) WHERE (submission_key IS NOT NULL)',
  "CREATE INDEX submission_expiring_idx ON public.submission USING btree (expires_at) WHERE ((status = 'ACTIVE'::submission_status) AND (expires_at IS NOT NULL))",
  'completion_code.code text NOT NULL COLLATE "C"',
  "completion_action: CONSTRAINT completion_action_group_key_check CHECK (((group_key IS NOT NULL) = (kind = ANY (ARRAY['ADD_TO_PARTICIPANT_GROUP'::completion_action_kind, 'REMOVE_FROM_PARTICIPANT_GROUP'::completion_action_kind]))))",
  "completion_action: CONSTRAINT completion_action_return_reason_check CHECK (((return_reason IS NOT NULL) = (kind = 'REQUEST_RETURN'::completion_action_kind)))",
  'submission: CONSTRAINT submission_code_key_check CHECK (((code_key IS NULL) OR (entered_code IS NOT NULL)))',
  'submission: CONSTRAINT submission_completed_at_check CHECK (((completed_at IS NULL) OR (entered_code IS NOT NULL)))',
  "study: CONSTRAINT study_is_filled_check CHECK (((NOT is_filled) OR (status = 'COMPLETED'::study_status)))",
  'CREATE INDEX filter_tree_retired_idx ON public.filter_tree USING btree (retired_at) WHERE (retired_at IS NOT NULL)',
  'filter_node: CONSTRAINT filter_node_joined_before_days_check CHECK ((joined_before_days >= 1))',
  'filter_node: CONSTRAINT filter_node_joined_within_days_check CHECK ((joined_within_days >= 1))',
  'filter_node: CONSTRAINT filter_node_parent_check CHECK ((parent_ordinal < ordinal))',
  'filter_node_participant_id.participant_id text NOT NULL COLLATE "C"',
  'filter_set_version: CONSTRAINT filter_set_version_version_check CHECK ((version >= 1))',
  'study: CONSTRAINT study_maximum_minutes_check CHECK ((maximum_minutes >= 1))',
  "study: CONSTRAINT study_published_check CHECK (((status = 'UNPUBLISHED'::study_status) = (published_at IS NULL)))",
  'study: CONSTRAINT study_total_available_places_check CHECK ((total_available_places >= 1))',
  'CREATE INDEX api_token_page_idx ON public.api_token USING btree (workspace_key, id) WHERE (revoked_at IS NULL)',
  'CREATE INDEX invitation_open_idx ON public.invitation USING btree (workspace_key, key) WHERE ((redeemed_at IS NULL) AND (revoked_at IS NULL))',
  'CREATE INDEX workspace_member_page_idx ON public.workspace_member USING btree (workspace_key, created_at, user_id) WHERE (removed_at IS NULL)',
  'CREATE INDEX invitation_open_email_idx ON public.invitation USING btree (email_key) WHERE ((redeemed_at IS NULL) AND (revoked_at IS NULL))',
  'CREATE INDEX participant_erased_idx ON public.participant USING btree (workspace_key, key) WHERE (erased_at IS NOT NULL)',
  "CREATE INDEX participant_group_last_change_idx ON public.participant_group USING btree (workspace_key, COALESCE(last_change_at, '1970-01-01 00:00:00+00'::timestamp with time zone), key) WHERE (deleted_at IS NULL)",
  'CREATE INDEX participant_group_universal_idx ON public.participant_group USING btree (workspace_key) WHERE (is_universal_blocklist AND (deleted_at IS NULL))',
  'app_user: CONSTRAINT app_user_issuer_check CHECK (((issuer IS NULL) = (subject IS NULL)))',
  'invitation.email_key text NOT NULL COLLATE "C"',
  'invitation: CONSTRAINT invitation_redeemed_check CHECK (((redeemed_at IS NULL) = (redeemed_by_id IS NULL)))',
  'invitation: CONSTRAINT invitation_secret_hash_check CHECK ((octet_length(secret_hash) = 32))',
  "api_token: CONSTRAINT api_token_expires_at_check CHECK (((expires_at >= '0001-01-01 00:00:00+00'::timestamp with time zone) AND (expires_at <= '9999-12-31 23:59:59.999+00'::timestamp with time zone)))",
  'api_token: CONSTRAINT api_token_secret_hash_check CHECK ((octet_length(secret_hash) = 32))',
  'CREATE INDEX membership_left_idx ON public.membership USING btree (group_key, left_version, participant_key) WHERE (left_version IS NOT NULL)',
  'CREATE INDEX membership_page_idx ON public.membership USING btree (group_key, joined_version, participant_key) WHERE (left_version IS NULL)',
  'CREATE INDEX membership_past_idx ON public.membership USING btree (participant_key, group_key, joined_version) WHERE (left_version IS NOT NULL)',
  'CREATE UNIQUE INDEX membership_current_key ON public.membership USING btree (participant_key, group_key) INCLUDE (joined_version) WHERE (left_version IS NULL)',
  'CREATE UNIQUE INDEX participant_group_live_name_key ON public.participant_group USING btree (workspace_key, name_key) WHERE (deleted_at IS NULL)',
  'membership: CONSTRAINT membership_joined_version_check CHECK ((joined_version >= 1))',
  'membership: CONSTRAINT membership_left_version_check CHECK ((left_version > joined_version))',
  'membership_change: CONSTRAINT membership_change_added_count_check CHECK ((added_count >= 0))',
  'membership_change: CONSTRAINT membership_change_participant_count_check CHECK ((participant_count >= 0))',
  'membership_change: CONSTRAINT membership_change_removed_count_check CHECK ((removed_count >= 0))',
  'membership_change: CONSTRAINT membership_change_size_check CHECK (((added_count + removed_count) > 0))',
  'membership_change: CONSTRAINT membership_change_version_check CHECK ((version >= 1))',
  'participant.participant_id text NOT NULL COLLATE "C"',
  'participant_group.name_key text NOT NULL COLLATE "C"',
  'participant_group: CONSTRAINT participant_group_participant_count_check CHECK ((participant_count >= 0))',
  'participant_group: CONSTRAINT participant_group_revision_check CHECK ((revision >= 1))',
  'participant_group: CONSTRAINT participant_group_version_check CHECK ((version >= 0))',
];

/** The same columns as schema.prisma has them. */
const instead = [
  'completion_code.code text NOT NULL',
  'filter_node_participant_id.participant_id text NOT NULL',
  'invitation.email_key text NOT NULL',
  'participant.participant_id text NOT NULL',
  'participant_group.name_key text NOT NULL',
];

it('has the same store in schema.prisma and in the migrations, but for what Prisma cannot say', async () => {
  await migrate({ url, directory, log });
  const printed = await open(await createDatabase('printed'));
  try {
    await printed.query(await printSchemaScript(await readFile(join(prisma, 'schema.prisma'), 'utf8')));
    const [ours, theirs] = [await describeStore(client), await describeStore(printed)];
    expect(ours.filter((line) => !theirs.includes(line)).sort()).toEqual([...byHand].sort());
    expect(theirs.filter((line) => !ours.includes(line)).sort()).toEqual(instead);
  } finally {
    await printed.end();
  }
});

/** Columns, indexes, triggers, constraints, enums and sequences, a line each. */
async function describeStore(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(`
    WITH tables AS (
      SELECT oid, relname FROM pg_class
       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f') AND relname <> '_prisma_migrations'
    )
    SELECT concat(relname, '.', attname, ' ', format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN ' NOT NULL' END,
                  ' DEFAULT ' || pg_get_expr(adbin, adrelid), ' COLLATE ' || quote_ident(collname)) AS line
      FROM tables JOIN pg_attribute ON attrelid = tables.oid AND attnum > 0 AND NOT attisdropped
      LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
      LEFT JOIN pg_collation ON pg_collation.oid = attcollation AND collname <> 'default'
    UNION ALL
    SELECT pg_get_indexdef(indexrelid) FROM tables JOIN pg_index ON indrelid = tables.oid
    UNION ALL
    SELECT pg_get_triggerdef(pg_trigger.oid) FROM tables JOIN pg_trigger ON tgrelid = tables.oid WHERE NOT tgisinternal
    UNION ALL
    -- NOT NULL is with the columns; PostgreSQL has it as a constraint only from 18 on.
    SELECT concat(relname, ': CONSTRAINT ', conname, ' ', pg_get_constraintdef(pg_constraint.oid))
      FROM tables JOIN pg_constraint ON conrelid = tables.oid WHERE contype <> 'n'
    UNION ALL
    SELECT concat('ENUM ', typname, ' ', string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder))
      FROM pg_enum JOIN pg_type ON pg_type.oid = enumtypid GROUP BY typname
    UNION ALL
    SELECT concat('SEQUENCE ', sequencename, ' ', data_type, ' ', max_value) FROM pg_sequences`);
  return rows.map((row) => row.line);
}
