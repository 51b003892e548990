import { randomBytes } from 'node:crypto';
import type { InputCheck } from '../input.ts';

/** How long an invitation is good for, in days. */
export const invitationDays = 7;

/** Most open invitations of one workspace. */
export const mostOpenInvitations = 1_000;

/** RFC 5321, 4.5.3.1.3: a path is at most 256 characters, two of them brackets. */
const longestEmail = 254;
const shape = /^[^\s@<>()[\],;:\\"\p{Cc}]+@[^\s@<>()[\],;:\\"\p{Cc}]+$/u;

/** What addresses are compared by. Mail servers may tell case apart before the @; none that is in use does. */
export function emailKey(email: string): string {
  return email.normalize('NFC').toLowerCase();
}

/** Whether a text can be an e-mail address: one @, no white space, at most 254 characters. */
export function isEmail(text: string): boolean {
  return shape.test(text) && text.isWellFormed() && text.length <= longestEmail;
}

/** An e-mail address: trimmed, one @, no white space, at most 254 characters. */
export function checkEmail(check: InputCheck, path: readonly string[], value: string): string {
  const email = value.trim();
  if (!isEmail(email)) {
    check.fail(
      path,
      `Expected an e-mail address such as ada@lab.example, of at most ${longestEmail} characters.`,
    );
  }
  return email;
}

/** A new invitation secret: 32 random bytes. */
export function newInvitationSecret(): string {
  return `rollcall_invitation_${randomBytes(32).toString('base64url')}`;
}
