import { type InputIssue, InvalidInputError } from './errors.ts';
import { keyOfGlobalId } from './global-id.ts';

type Path = readonly (string | number)[];

/** Longest texts, in code points. */
export const longestName = 200;
export const longestDescription = 2_000;
export const longestNote = 500;
export const longestIdempotencyKey = 200;

/** Whether `text` is a moment as PostgreSQL reads it: RFC 3339 in UTC with milliseconds, a day that was, years 1 to 9999. */
export function isMoment(text: string): boolean {
  if (!/^(?!0000)\d{4}-/.test(text)) return false;
  const moment = new Date(text);
  return !Number.isNaN(moment.getTime()) && moment.toISOString() === text;
}

/** Whether `text` is a UUID as this gateway writes them. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

/** Looks at an input, collects every break of a rule with its path, and refuses them all together. */
export class InputCheck {
  readonly #issues: InputIssue[] = [];

  fail(path: Path, message: string): void {
    this.#issues.push({ path, message });
  }

  /** The row's key that a global id of `type` holds. */
  id(path: Path, value: string, type: string): string {
    const result = keyOfGlobalId(value, type);
    if ('key' in result) return result.key;
    this.fail(path, result.problem);
    return '';
  }

  /**
   * The one member of a `@oneOf` input that is given, by name, or null: looked at here, so that whatever executes a
   * query need not.
   */
  oneOf<Input extends object>(path: Path, input: Input): (keyof Input & string) | null {
    const given = Object.entries(input).filter(([, value]) => value !== undefined);
    const [member] = given;
    if (given.length === 1 && member !== undefined && member[1] !== null)
      return member[0] as keyof Input & string;
    const names = given.map(([name]) => name).join(' and ');
    const found = member === undefined ? 'nothing' : given.length === 1 ? `null for ${names}` : names;
    this.fail(path, `Give exactly one member; this has ${found}.`);
    return null;
  }

  /** A number of `least` to `most`. */
  int(path: Path, value: number, least: number, most: number): number {
    if (value < least || value > most) {
      const range = `${least} to ${most.toLocaleString('en')}`;
      this.fail(path, `Expected ${range}, but got ${value}.`);
    }
    return value;
  }

  /** A name, title or code: trimmed, 1–200 code points unless told otherwise, no control characters. */
  name(path: Path, value: string, longest = longestName): string {
    const trimmed = value.trim();
    if (trimmed === '') this.fail(path, 'This must not be empty.');
    else if (isFarLonger(trimmed, longest)) this.#refuseLength(path, 'far more', longest);
    else if (/\p{Cc}/u.test(trimmed)) this.fail(path, 'Control characters are not allowed.');
    else this.#measure(path, trimmed, longest);
    return trimmed;
  }

  /** Free text, kept as it is: at most `longest` code points, no control characters but tabs and line breaks. */
  text(path: Path, value: string, longest: number): string {
    if (isFarLonger(value, longest)) this.#refuseLength(path, 'far more', longest);
    else if (/[^\P{Cc}\t\n\r]/u.test(value))
      this.fail(path, 'Control characters are not allowed, tabs and line breaks apart.');
    else this.#measure(path, value, longest);
    return value;
  }

  /** @throws InvalidInputError with everything that was found. */
  done(): void {
    if (this.#issues.length > 0) throw new InvalidInputError(this.#issues);
  }

  #refuseLength(path: Path, found: string, longest: number): void {
    this.fail(path, `At most ${longest} characters are allowed; this has ${found}.`);
  }

  #measure(path: Path, value: string, longest: number): void {
    const length = value.length > longest ? [...value].length : value.length;
    if (length > longest) this.#refuseLength(path, `${length}`, longest);
    else if (!value.isWellFormed())
      this.fail(path, 'This is not well-formed Unicode: it has a lone surrogate.');
  }
}

/** Such a text isn't looked at any further: finding out what else is wrong with two megabytes takes its time. */
function isFarLonger(text: string, longest: number): boolean {
  return text.length > 10 * longest;
}

/** Checks one input: runs `look` and refuses everything that it found, together. @throws InvalidInputError */
export function checkInput<Result>(look: (check: InputCheck) => Result): Result {
  const check = new InputCheck();
  const result = look(check);
  check.done();
  return result;
}
