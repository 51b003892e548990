import { isIP } from 'node:net';

/**
 * The address that a request counts for. Behind `trustedProxies` proxies it is that many places from the right in
 * `X-Forwarded-For`: what stands further left, anyone can write. Without proxies, or where that place holds no
 * address, it is the socket's. IPv6 addresses count by their /64, which is what one subscriber is given, and
 * IPv4-mapped ones as IPv4.
 */
export function clientAddress(
  socketAddress: string | undefined,
  forwardedFor: string | undefined,
  trustedProxies: number,
): string {
  const forwarded = trustedProxies > 0 && forwardedFor !== undefined ? forwardedFor.split(',') : [];
  // Fewer entries than proxies: it came past one of them, and the leftmost is as far as we can see.
  const entry = forwarded[Math.max(0, forwarded.length - trustedProxies)];
  return network(withoutPort(entry?.trim() ?? '')) ?? network(socketAddress ?? '') ?? 'unknown';
}

// Some proxies write the port too: 192.0.2.1:4711, [2001:db8::1]:4711.
function withoutPort(entry: string): string {
  const [, bracketed, plain] = /^\[([^\]]+)\](?::\d+)?$|^([\d.]+):\d+$/.exec(entry) ?? [];
  return bracketed ?? plain ?? entry;
}

function network(address: string): string | undefined {
  const version = isIP(address);
  if (version === 4) return address;
  if (version === 0) return undefined;
  const groups = groupsOf(address);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped)
    return groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 0xff])
      .join('.');
  const prefix = groups.slice(0, 4).map((group) => group.toString(16));
  return `${prefix.join(':')}::/64`;
}

/** The eight groups of a valid IPv6 address. */
function groupsOf(address: string): number[] {
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::');
  const left = numbersOf(head);
  if (tail === undefined) return left;
  const right = numbersOf(tail);
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}

function numbersOf(part: string): number[] {
  if (part === '') return [];
  return part.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}
