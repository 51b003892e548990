import './graphql/scalars.ts';
import './graphql/errors.ts';
import './graphql/node.ts';
import './access/type.ts';
import './access/queries.ts';
import './workspace/type.ts';
import './workspace/queries.ts';
import './workspace/mutations.ts';
import './project/type.ts';
import './project/queries.ts';
import './project/mutations.ts';
import './participant/type.ts';
import './participant/error-types.ts';
import './participant-group/type.ts';
import './participant-group/error-types.ts';
import './participant-group/listing.ts';
import './participant-group/queries.ts';
import './participant-group/create-mutation.ts';
import './participant-group/mutations.ts';
import './membership/type.ts';
import './membership/group-fields.ts';
import './membership/participant-fields.ts';
import './membership/mutations.ts';
import './audit/type.ts';
import './erasure/mutations.ts';
import { builder } from './graphql/builder.ts';

/** The schema of the gateway, built from the types of all domains. */
export const schema = builder.toSchema();
