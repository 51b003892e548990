import pg from 'pg';
import type { Sent } from '../support/app.ts';

/** Shared buffers, hit or read, that executing a statement took; and its plan, for who wants to see why. */
export interface Cost {
  readonly buffers: number;
  readonly plan: string;
}

/** The two kinds of plan that a prepared statement of ours is executed by. */
export interface Costs {
  /** Planned for its parameters: the first five executions on a connection. */
  readonly first: Cost;
  /** After six executions: PostgreSQL's own choice, as a rule the generic plan. */
  readonly later: Cost;
  /** The generic plan, chosen or not. */
  readonly generic: Cost;
}

/** Executes a statement as the server sent it, prepared on a connection of its own, under EXPLAIN. */
export async function explain(databaseUrl: string, { text, values }: Sent): Promise<Costs> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const given = values.length === 0 ? '' : `(${values.map(literal).join(', ')})`;
    await client.query(`PREPARE examined AS ${text}`);
    const first = await look(client, given);
    for (let execution = 0; execution < 6; execution++) await client.query(`EXECUTE examined${given}`);
    const later = await look(client, given);
    await client.query('SET plan_cache_mode = force_generic_plan');
    return { first, later, generic: await look(client, given) };
  } finally {
    await client.end();
  }
}

async function look(client: pg.Client, given: string): Promise<Cost> {
  const { rows } = await client.query(
    `EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) EXECUTE examined${given}`,
  );
  const [{ Plan: plan }] = rows[0]['QUERY PLAN'];
  const buffers = plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
  return { buffers, plan: outline(plan) };
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Shared Hit Blocks': number;
  readonly Plans?: readonly PlanNode[];
}

function outline(node: PlanNode, depth = 0): string {
  const on = node['Index Name'] ?? node['Relation Name'] ?? '';
  const line = `${'  '.repeat(depth)}${node['Node Type']} ${on} rows=${node['Actual Rows']} loops=${node['Actual Loops']} hit=${node['Shared Hit Blocks']}`;
  return [line, ...(node.Plans ?? []).map((child) => outline(child, depth + 1))].join('\n');
}

function literal(value: unknown): string {
  if (value === null) return 'NULL';
  if (Buffer.isBuffer(value)) return pg.escapeLiteral(`\\x${value.toString('hex')}`);
  if (Array.isArray(value))
    return pg.escapeLiteral(`{${value.map((item) => (item === null ? 'NULL' : `"${item}"`)).join(',')}}`);
  return pg.escapeLiteral(String(value));
}
