import { GraphQLDateTimeISO } from 'graphql-scalars';
import { builder } from './builder.ts';

builder.addScalarType('DateTime', GraphQLDateTimeISO, {
  description: 'A moment as RFC 3339 text, in UTC and with milliseconds: `2026-11-23T10:20:41.123Z`.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time.html',
});
