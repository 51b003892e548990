import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { questionOf } from '../../src/graphql/fan-out/likeness.ts';
import { schema } from '../../src/schema.ts';

const question = (source: string, variableValues: Record<string, unknown> = {}, operationName?: string) =>
  questionOf({ schema, document: parse(source), variableValues, operationName: operationName ?? null });

const changes = `subscription ($ids: [ID!]!, $from: String) {
  membershipChanges(participantGroupIds: $ids, after: $from) { cursor }
}`;

describe('what two subscribers ask for', () => {
  it('is the same for equal documents and variables, in whatever order', () => {
    expect(question(changes, { ids: ['a'], other: 1 })).toBe(question(changes, { other: 1, ids: ['a'] }));
  });

  it('is the same wherever they begin', () => {
    expect(question(changes, { ids: ['a'], from: 'x' })).toBe(question(changes, { ids: ['a'], from: 'y' }));
    expect(question(changes, { ids: ['a'], from: 'x' })).toBe(question(changes, { ids: ['a'] }));
  });

  it.each([
    ['variables', changes, { ids: ['a'] }, changes, { ids: ['b'] }],
    ['order in a list', changes, { ids: ['a', 'b'] }, changes, { ids: ['b', 'a'] }],
    ['documents', changes, { ids: ['a'] }, changes.replace('cursor', '__typename'), { ids: ['a'] }],
    ['spaces', changes, {}, `${changes} `, {}],
  ])('differs with %s', (_what, one, variables, other, otherVariables) => {
    expect(question(one, variables)).not.toBe(question(other, otherVariables));
  });

  it('differs with the operation', () => {
    const both =
      'subscription A { workspaceChanges(workspaceId: "a") { __typename } } query B { __typename }';
    expect(question(both, {}, 'A')).not.toBe(question(both, {}, 'B'));
  });

  it.each([
    [
      'in the selection too',
      `subscription ($from: String) { membershipChanges(participantGroupIds: ["a"], after: $from) {
        change { added(after: $from) { nodes { id } } } } }`,
    ],
    [
      'in a fragment too',
      `subscription ($from: String) { membershipChanges(participantGroupIds: ["a"], after: $from) { ...F } }
       fragment F on MembershipChangeEvent { change { added(after: $from) { nodes { id } } } }`,
    ],
    [
      'by another field alone',
      `subscription ($from: String) { membershipChanges(participantGroupIds: ["a"]) {
        change { added(after: $from) { nodes { id } } } } }`,
    ],
    [
      'by a directive',
      `subscription ($from: Boolean!) { membershipChanges(participantGroupIds: ["a"]) {
        cursor @include(if: $from) } }`,
    ],
  ])('differs with a variable that is used %s', (_where, source) => {
    expect(question(source, { from: 'x' })).not.toBe(question(source, { from: 'y' }));
  });
});
