import type { Attack } from '../fixtures/attack.ts';
import { bodies } from './bodies.ts';
import { definitions } from './definitions.ts';
import { documents } from './documents.ts';
import { encodings } from './encodings.ts';
import { forms } from './forms.ts';
import { fragments } from './fragments.ts';
import { heads } from './heads.ts';
import { http } from './http.ts';
import { ids } from './ids.ts';
import { introspection } from './introspection.ts';
import { methods } from './methods.ts';
import { names } from './names.ts';
import { texts } from './texts.ts';
import { urls } from './urls.ts';
import { values } from './values.ts';
import { variables } from './variables.ts';

/** Every attack, by kind. */
export const corpus: Readonly<Record<string, readonly Attack[]>> = {
  documents,
  definitions,
  texts,
  fragments,
  introspection,
  variables,
  names,
  values,
  bodies,
  forms,
  urls,
  http,
  methods,
  heads,
  encodings,
  ids,
};
