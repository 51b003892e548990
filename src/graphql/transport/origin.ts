let last = { url: '', origin: '' };

/** The origin of a URL. Nearly all requests are sent to one address, and so it is known from the one before. */
export function originOf(url: string): string {
  if (last.url !== url) last = { url, origin: new URL(url).origin };
  return last.origin;
}
