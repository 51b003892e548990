import { GraphQLScalarType } from 'graphql';
import { GraphQLDateTimeISO } from 'graphql-scalars';
import { builder } from './builder.ts';
import { writeMoment } from './moment.ts';

const isMoment = (value: unknown): value is Date => value instanceof Date && !Number.isNaN(value.getTime());

const dateTime = new GraphQLScalarType<Date, string>({
  ...GraphQLDateTimeISO.toConfig(),
  serialize: (value) => (isMoment(value) ? writeMoment(value) : GraphQLDateTimeISO.serialize(value)),
});

builder.addScalarType('DateTime', dateTime, {
  description: 'A moment as RFC 3339 text, in UTC and with milliseconds: `2026-11-23T10:20:41.123Z`.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time.html',
});
