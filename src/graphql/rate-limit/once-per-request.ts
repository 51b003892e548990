/** Reads something of a request at most once: who needs it first waits for it, and all others are given the same. */
export function oncePerRequest<Value>(
  read: (request: Request) => Promise<Value>,
): (request: Request) => Promise<Value> {
  const known = new WeakMap<Request, Promise<Value>>();
  return (request) => {
    const reading = known.get(request) ?? read(request);
    known.set(request, reading);
    return reading;
  };
}
