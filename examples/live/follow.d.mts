/** A result of the subscription, as the clients' libraries give it. */
export interface FollowResult {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: object }[];
}

/** An event that tells a change: add here what you add to `query`. */
export interface FollowEvent {
  readonly cursor: string;
  readonly change: {
    readonly version: number;
    readonly cause: string;
    readonly occurredAt: string;
    readonly participantGroup: {
      readonly id: string;
      readonly name: string;
      readonly participantCount: number;
    };
    readonly added: { readonly nodes: readonly { readonly participantId: string }[] };
    readonly removed: { readonly nodes: readonly { readonly participantId: string }[] };
  };
}

export const query: string;

export function follow(
  subscribe: (after: string | null) => AsyncIterable<FollowResult>,
  after?: string | null,
): AsyncGenerator<FollowEvent, never>;
