import { randomBytes } from 'node:crypto';

/** How long a ticket is good, in seconds: enough to open a stream with it. */
export const ticketSeconds = 60;

/** Most unused tickets that a user may have at a time: as many as they may have subscriptions. */
export const mostTickets = 100;

/** A new ticket: 32 random bytes. */
export function newTicket(): string {
  return `ticket_${randomBytes(32).toString('base64url')}`;
}

/** Whether a text could be a ticket at all. */
export function isTicketShaped(text: string): boolean {
  return /^ticket_[\w-]{43}$/.test(text);
}
