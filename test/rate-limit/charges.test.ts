import { GraphQLInt, GraphQLObjectType, GraphQLSchema, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { operationCost } from '../../src/graphql/limits/operation-cost.ts';
import { limited } from './server.ts';

const redeem = { type: GraphQLInt, extensions: { surcharge: 10 } };
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields: { a: { type: GraphQLInt } } }),
  mutation: new GraphQLObjectType({ name: 'Mutation', fields: { redeem, other: { type: GraphQLInt } } }),
});
const cost = (query: string) => operationCost(schema, parse(query), null, null);

describe('a surcharge of a field', () => {
  it('is paid each time that the field is written, and not for others', () => {
    expect(cost('mutation { redeem }').surcharge).toBe(10);
    expect(cost('mutation { redeem b: redeem ...F } fragment F on Mutation { c: redeem }').surcharge).toBe(
      30,
    );
    expect(cost('mutation { other }').surcharge).toBe(0);
  });

  it('is paid besides the most that an operation costs without a token', async () => {
    const rateLimits = limited({});
    const charge = (token: string | null) =>
      rateLimits.charge({ address: '192.0.2.1', token }, { points: 5_000, surcharge: 30 });
    expect((await charge(null)).cost.query).toBe(130);
    expect((await charge('somebody')).cost.query).toBe(5_030);
  });
});
