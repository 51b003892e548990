import type { ParticipantIdFormat } from '../database/prisma/client.ts';
import type { Reader } from '../database/reader.ts';
import { sql } from '../database/sql.ts';
import { NotFoundError } from '../errors.ts';
import { encodeGlobalId } from '../global-id.ts';

/** A workspace as the first look sees it, before any lock and whoever asks. */
export interface FoundWorkspace {
  readonly key: number;
  readonly format: ParticipantIdFormat;
  readonly globalId: string;
}

/** Looks a workspace up by its UUID, in one statement whether or not it is there. @throws NotFoundError */
export async function findWorkspace(reader: Reader, workspaceId: string): Promise<FoundWorkspace> {
  const globalId = encodeGlobalId('Workspace', workspaceId);
  const [found] = await reader.rows<Omit<FoundWorkspace, 'globalId'>>(
    sql`SELECT key, participant_id_format AS format FROM workspace WHERE id = ${workspaceId}::uuid`,
  );
  if (found === undefined) throw new NotFoundError(globalId);
  return { ...found, globalId };
}
