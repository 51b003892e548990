import type { IncomingMessage } from 'node:http';
import { type ExecutionArgs, type ExecutionResult, GraphQLError, getOperationAST } from 'graphql';
import { makeServer, type Server, type SubscribePayload } from 'graphql-ws';
import { isAsyncIterable, type YogaServerInstance } from 'graphql-yoga';
import type { Viewer } from '../../access/viewer.ts';
import type { Context } from '../context.ts';
import type { Sink } from '../fan-out/told-event.ts';
import { limitError } from '../limits/limit-error.ts';
import type { Gate } from '../rate-limit/gate.ts';
import type { RateLimits } from '../rate-limit/rate-limits.ts';
import { authorize, requestOf } from './socket-token.ts';
import { type Result, toldError, toldResult } from './told-result.ts';
import { httpOf } from './upgrade.ts';

/** What operations over a WebSocket run through: the same as those over HTTP. */
export interface OperationSettings {
  readonly gateway: Pick<YogaServerInstance<{ req: IncomingMessage }, Context>, 'getEnveloped'>;
  readonly authenticate: (request: Request) => Promise<Viewer | null>;
  readonly admits: Gate;
  readonly rateLimits: RateLimits;
  readonly maskError: (error: unknown) => GraphQLError;
  /** How many operations may be under way on one socket. */
  readonly maxSubscriptionsPerConnection: number;
}

/** A socket, as its operations see it. */
export interface OperatedSocket {
  /** The request that opened it; with the token, once it is known. */
  readonly request: IncomingMessage;
  /** Operations by the id that their client has given them, from their message to their end. */
  readonly underWay: Map<string, OperationUnderWay>;
  close(code: number, reason: string): void;
  /** Where the events of one of its operations go. */
  sinkOf(id: string): Sink;
  /** Tells the client that the connection lives. */
  ping(): void;
}

interface OperationUnderWay {
  /** Whether its caller had points left, and may be fined. */
  isAdmitted: boolean;
  isCharged?: boolean;
}

type Answer = AsyncIterable<Result> | Result;

/** Speaks graphql-transport-ws. Every operation is parsed, limited, authenticated, charged and masked as one over HTTP is. */
export function operateSockets(settings: OperationSettings): Server<OperatedSocket> {
  const operations = new SocketOperations(settings);
  return makeServer<Record<string, unknown> | undefined, OperatedSocket>({
    onConnect: ({ connectionParams, extra }) => authorize(settings, extra.request, connectionParams),
    onSubscribe: ({ extra }, id, payload) => operations.begin(extra, id, payload),
    execute: (args) => operations.run(args),
    subscribe: (args) => operations.run(args),
    onOperation: async ({ extra }, id, _payload, _args, result) =>
      operations.onAnswer(extra, id, await result),
    onNext: (_socket, _id, _payload, _args, result) => toldResult(result),
    onError: (_socket, _id, _payload, errors) => errors.map((error) => toldError(settings.maskError(error))),
    onComplete: ({ extra }, id) => void extra.underWay.delete(id),
  });
}

class SocketOperations {
  readonly #settings: OperationSettings;
  readonly #runs = new WeakMap<
    ExecutionArgs,
    () => Promise<AsyncIterable<ExecutionResult> | ExecutionResult>
  >();

  constructor(settings: OperationSettings) {
    this.#settings = settings;
  }

  /** Everything up to the execution; or why there is none. */
  async begin(
    socket: OperatedSocket,
    id: string,
    payload: SubscribePayload,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    const { maxSubscriptionsPerConnection: most } = this.#settings;
    if (socket.underWay.has(id)) {
      // Its client has ended it, but it is still being opened: two of one id could not be told apart.
      const reason = `Subscriber for ${id} already exists`;
      socket.close(4409, Buffer.byteLength(reason) <= 123 ? reason : 'Subscriber already exists');
      return [new GraphQLError(reason)];
    }
    if (socket.underWay.size >= most) return this.#refuse(socket, { isAdmitted: true }, [tooMany(most)]);
    const operation: OperationUnderWay = { isAdmitted: false };
    socket.underWay.set(id, operation);
    const prepared = await this.#prepare(socket, id, operation, payload).catch((error) => [
      this.#settings.maskError(error),
    ]);
    if ('document' in prepared) return prepared;
    socket.underWay.delete(id);
    return this.#refuse(socket, operation, prepared);
  }

  run(args: ExecutionArgs): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> {
    const run = this.#runs.get(args);
    if (run === undefined) throw new Error('This operation was never prepared');
    return run();
  }

  onAnswer(socket: OperatedSocket, id: string, answer: Answer): void {
    const operation = socket.underWay.get(id);
    // From now on nothing is missed.
    if (isAsyncIterable(answer)) socket.ping();
    else if (operation !== undefined) this.#refuse(socket, operation, answer.errors ?? []);
  }

  async #prepare(
    { request: req, sinkOf }: OperatedSocket,
    id: string,
    operation: OperationUnderWay,
    payload: SubscribePayload,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    const { gateway, admits, maskError } = this.#settings;
    const request = requestOf(req);
    await admits(req, request);
    operation.isAdmitted = true;
    const onCharged = () => {
      operation.isCharged = true;
    };
    const sink = sinkOf(id);
    const enveloped = gateway.getEnveloped({ req, request, params: payload, onCharged, sink });
    const document = enveloped.parse(payload.query);
    const errors = enveloped.validate(enveloped.schema, document);
    if (errors.length > 0) return errors;
    const args: ExecutionArgs = {
      schema: enveloped.schema,
      document,
      contextValue: await enveloped.contextFactory(),
      ...(payload.variables == null ? {} : { variableValues: payload.variables }),
      ...(payload.operationName == null ? {} : { operationName: payload.operationName }),
    };
    this.#runs.set(args, async () => {
      try {
        return await (isSubscription(args) ? enveloped.subscribe(args) : enveloped.execute(args));
      } catch (error) {
        return { errors: [maskError(error)] };
      }
    });
    return args;
  }

  /** Fines an operation that was refused before it was charged, unless that was for a reason of ours. */
  #refuse(
    { request }: OperatedSocket,
    { isAdmitted, isCharged }: OperationUnderWay,
    errors: readonly GraphQLError[],
  ): readonly GraphQLError[] {
    const isOurs = errors.some((error) => error.extensions.http !== undefined && httpOf(error).status >= 500);
    const { rateLimits } = this.#settings;
    if (isAdmitted && !isCharged && !isOurs) void rateLimits.fine(rateLimits.callerOf(request));
    return errors;
  }
}

function isSubscription({ document, operationName }: ExecutionArgs): boolean {
  return getOperationAST(document, operationName)?.operation === 'subscription';
}

function tooMany(most: number): GraphQLError {
  return limitError(
    'subscriptions',
    `This connection has ${most} operations under way; at most ${most} are allowed. Complete one that is not needed.`,
  );
}
