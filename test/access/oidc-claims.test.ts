import { describe, expect, it } from 'vitest';
import { startOrganisation } from './fixtures/organisation.ts';

const { app, issuer } = await startOrganisation();
const query = '{ viewer { email user { name } } }';

describe('a name', () => {
  const nameOf = async (claims: object, subject: string = crypto.randomUUID()) =>
    (await app.ask(await issuer.token(subject, { ...claims }), query)).data.viewer.user.name;

  it.each([
    ['the name', { name: 'Ada', preferred_username: 'al', email: 'a@x.example' }, 'Ada'],
    ['the user name', { preferred_username: 'al', email: 'a@x.example' }, 'al'],
    ['the user name when the name is no text', { name: ['Ada'], preferred_username: 'al' }, 'al'],
    ['the user name when the name is empty', { name: ' \t\0 ', preferred_username: 'al' }, 'al'],
    [
      'the name without what names must not have',
      { name: ' Ada\0\n Lovelace\ud800 ' },
      'Ada  Lovelace\ufffd',
    ],
    ['the first 200 code points of the name', { name: '𝒳'.repeat(300) }, '𝒳'.repeat(200)],
  ])('is %s', async (_what, claims, name) => {
    expect(await nameOf(claims)).toBe(name);
  });

  it('is never an e-mail address, which only admins may read', async () => {
    const address = 'al@x.example';
    const claims = { name: address, preferred_username: address, email: address };
    expect(await nameOf(claims, 'no-address')).toBe('no-address');
    expect(await nameOf(claims, address)).toBe('Somebody');
  });

  it('is the subject when nothing else is there, until a token says more', async () => {
    expect(await nameOf({}, 'dora')).toBe('dora');
    expect(await nameOf({ preferred_username: 'do' }, 'dora')).toBe('do');
    expect(await nameOf({ name: 'Dora' }, 'dora')).toBe('Dora');
  });

  it('stays when a token says none, and follows when it says another', async () => {
    expect(await nameOf({ name: 'Eve' }, 'eve')).toBe('Eve');
    expect(await nameOf({ preferred_username: 'ev' }, 'eve')).toBe('Eve');
    expect(await nameOf({ name: 'Eve Married' }, 'eve')).toBe('Eve Married');
  });
});

describe('an e-mail address', () => {
  const emailOf = async (claims: object, subject: string = crypto.randomUUID()) =>
    (await app.ask(await issuer.token(subject, { ...claims }), query)).data.viewer.email;

  it.each([
    ['there is none', {}],
    ['it is none', { email: 'nobody' }],
    ['it is no text', { email: 7 }],
    ['it has a NUL', { email: 'a\0@x.example' }],
    ['it has half a character', { email: 'a\ud800@x.example' }],
  ])('is empty when %s', async (_what, claims) => {
    expect(await emailOf(claims)).toBe('');
    expect(app.unexpected).toEqual([]);
  });

  it('stays when a token says none, and follows when it says another', async () => {
    expect(await emailOf({ email: 'a@x.example' }, 'fay')).toBe('a@x.example');
    expect(await emailOf({}, 'fay')).toBe('a@x.example');
    expect(await emailOf({ email: 'b@x.example' }, 'fay')).toBe('b@x.example');
  });
});
