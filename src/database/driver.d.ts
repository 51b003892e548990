/** What the driver writes a value as: text, bytes, or null. Not in its index, nor in its types. */
declare module 'pg/lib/utils.js' {
  const utils: { readonly prepareValue: (value: unknown) => string | Buffer | null };
  export default utils;
}
