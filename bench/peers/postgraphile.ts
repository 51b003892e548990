import { once } from 'node:events';
import { createServer } from 'node:http';
import { postgraphile } from 'postgraphile';
import { makePgService } from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { jsonPgSmartTags } from 'postgraphile/utils';

/**
 * PostGraphile with its own defaults. Membership has no foreign keys, and the columns to sort by no index of their own:
 * it is told of them the way its manual says, as smart tags.
 */
const filtered = { tags: { behavior: '+attribute:filterBy' } };
const tags = jsonPgSmartTags({
  version: 1,
  config: {
    class: {
      workspace: { tags: { unique: 'id' } },
      participant: { tags: { unique: ['id', 'workspace_key,participant_id'] } },
      participant_group: {
        tags: { unique: 'id', foreignKey: '(project_key) references project (key)' },
        attribute: {
          deleted_at: filtered,
          last_change_at: { tags: { behavior: '+attribute:orderBy' } },
        },
      },
      membership: {
        tags: {
          foreignKey: [
            '(group_key) references participant_group (key)',
            '(participant_key) references participant (key)',
          ],
        },
        attribute: { left_version: filtered },
      },
    },
  },
});

const server = createServer();
const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  plugins: [tags],
  pgServices: [makePgService({ connectionString: process.env.DATABASE_URL ?? '', schemas: ['public'] })],
});
await instance.createServ(grafserv).addTo(server);
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
process.stdout.write(`listening ${address instanceof Object ? address.port : ''}\n`);
