import { type Attack, document, limited, unparsable } from '../fixtures/attack.ts';

/** Long and strange comments, spaces, texts and escapes in documents. */
export const texts: readonly Attack[] = [
  {
    name: 'a comment of 2 MB',
    send: document(`{ __typename } #${'x'.repeat(2_000_000)}`),
    expected: limited('characters'),
  },
  {
    name: 'a million commas',
    send: document(`{ __typename ${','.repeat(1_900_000)} }`),
    expected: limited('characters'),
  },
  {
    name: 'a million line breaks',
    send: document(`{ __typename ${'\n'.repeat(1_000_000)} x`),
    expected: limited('characters'),
  },
  {
    name: 'a million byte order marks',
    send: document(`{ __typename ${'\ufeff'.repeat(600_000)} x`),
    expected: limited('characters'),
  },
  {
    name: 'a string of 2 MB',
    send: document(`{ node(id: "${'x'.repeat(2_000_000)}") { id } }`),
    expected: limited('characters'),
  },
  {
    name: 'a string of 20,000 escapes',
    send: document(`{ node(id: "${'\\u{41}'.repeat(20_000)}") { id } }`),
    expected: { status: 200, code: 'INVALID_INPUT', path: ['node'], data: { node: null } },
  },
  {
    name: 'a string of 2 MB that does not end',
    send: document(`{ node(id: "${'x'.repeat(2_000_000)}`),
    expected: limited('characters'),
  },
  {
    name: 'a block string of 500,000 lines',
    send: document(`{ node(id: """${'\n '.repeat(600_000)}""") { id } }`),
    expected: limited('characters'),
  },
  {
    name: 'half of a surrogate pair as an escape',
    send: document('{ node(id: "\\ud83d") { id } }'),
    expected: unparsable,
  },
  {
    name: 'a surrogate as a braced escape',
    send: document('{ node(id: "\\u{D83D}") { id } }'),
    expected: unparsable,
  },
  {
    name: 'an escape past Unicode',
    send: document('{ node(id: "\\u{110000}") { id } }'),
    expected: unparsable,
  },
  {
    name: 'an escape of a hundred thousand digits',
    send: document(`{ node(id: "\\u{${'0'.repeat(100_000)}}") { id } }`),
    expected: unparsable,
  },
  { name: 'a NUL in a document', send: document('{ __typename \0 }'), expected: unparsable },
  {
    name: 'a NUL in a string',
    send: document('{ node(id: "\\u0000") { id } }'),
    expected: { status: 200, code: 'INVALID_INPUT', path: ['node'], data: { node: null } },
  },
  { name: 'nothing', send: document(''), expected: unparsable },
];
