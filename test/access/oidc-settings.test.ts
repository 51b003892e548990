import { describe, expect, it } from 'vitest';
import { readEnvironment, SettingError } from '../../src/environment.ts';

const audience = { OIDC_AUDIENCE: 'rollcall' };

describe('OIDC_ISSUER and OIDC_AUDIENCE', () => {
  it('are off unless given', () => {
    expect(readEnvironment({}).oidc).toBeNull();
    expect(readEnvironment({ OIDC_ISSUER: ' ', OIDC_AUDIENCE: '' }).oidc).toBeNull();
  });

  it.each([
    'https://login.lab.example',
    'https://login.lab.example/',
    'https://login.lab.example:8443/realms/lab',
    'http://127.0.0.1:8080',
    'http://localhost:8080/realms/lab',
    'http://[::1]:8080',
  ])('take %s to the letter', (issuer) => {
    expect(readEnvironment({ OIDC_ISSUER: issuer, ...audience }).oidc).toEqual({
      issuer,
      audience: 'rollcall',
    });
  });

  it.each([
    'login.lab.example',
    'http://login.lab.example',
    'http://127.0.0.1.example',
    'http://localhost.example',
    'https://',
    'ftp://127.0.0.1',
    'https://ada:secret@login.lab.example',
    'https://login.lab.example/?tenant=lab',
    'https://login.lab.example/#lab',
    'https://login.lab.example/a b',
  ])('do not take %s', (issuer) => {
    const read = () => readEnvironment({ OIDC_ISSUER: issuer, ...audience });
    expect(read).toThrow(SettingError);
    expect(read).toThrow(/^OIDC_ISSUER takes a URL that begins with https:/);
  });

  it.each([{ OIDC_ISSUER: 'https://login.lab.example' }, audience])(
    'name each other when %o is alone',
    (alone) => {
      expect(() => readEnvironment(alone)).toThrow(SettingError);
      expect(() => readEnvironment(alone)).toThrow(/^OIDC_ISSUER takes OIDC_AUDIENCE/);
    },
  );
});
