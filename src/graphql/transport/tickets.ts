import type { Plugin } from 'graphql-yoga';
import type { Viewer } from '../../access/viewer.ts';
import { BusyError } from '../../errors.ts';
import { type Context, contextOfEvent } from '../context.ts';
import { unavailable } from '../read-errors.ts';

/**
 * Lets who can send no header subscribe with a ticket in the URL. It is used up by a subscription that comes without a
 * token, once its document is found to be good; nothing else looks at it. To stand before what charges operations.
 */
export function useTickets(redeem: (ticket: string) => Promise<Viewer | null>): Plugin<Context> {
  return {
    async onSubscribe({ args: { contextValue }, extendContext }) {
      const ticket = contextValue.hasToken ? null : ticketOf(contextValue.request);
      if (ticket === null) return;
      const viewer = await redeem(ticket).catch((error) => {
        throw error instanceof BusyError ? unavailable(error.message) : error;
      });
      if (viewer !== null) extendContext(contextOfEvent(contextValue, viewer));
    },
  };
}

function ticketOf({ method, url }: Request): string | null {
  return method === 'GET' ? new URL(url).searchParams.get('ticket') : null;
}
