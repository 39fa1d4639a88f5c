import { verify } from 'argon2';
import { expect, test } from 'vitest';
import { freshDatabase } from '../../../test/harness.ts';
import { Usage } from '../command.ts';
import { appCommand } from './app.ts';

const database = await freshDatabase();
const karta = async (...args: string[]): Promise<string> => {
  const said: string[] = [];
  const code = await appCommand({ args, root: process.cwd(), env: { DATABASE_URL: database.url, KARTA_DEMO: 'off' }, language: 'ru', say: (text) => void said.push(typeof text === 'string' ? text : text.ru), stop: new AbortController().signal });
  expect(code).toBe(0);
  return said.join('\n');
};
const secretOf = (id: string) => database.query<{ secret_hash: string; disabled: boolean }>('select secret_hash, disabled from service_client where id = $1', [id]);

test('an operator registers a program, renews its secret and ends it; only a hash of the secret stays', async () => {
  const made = await karta('add', '--name', 'Обмен с лабораторией', '--kind', 'service', '--method', 'client_secret_basic', '--scopes', 'system/Observation.rs');
  const [, id = ''] = /client_id\): (\S+)/.exec(made)!;
  const [, secret = ''] = /один раз: (\S+)/.exec(made)!;
  expect(await verify((await secretOf(id))[0]!.secret_hash, secret)).toBe(true);
  expect(await karta('list')).toContain(`${id}  · Обмен с лабораторией  service client_secret_basic  system/Observation.rs`);
  const [, renewed = ''] = /один раз: (\S+)/.exec(await karta('secret', id))!;
  expect(await verify((await secretOf(id))[0]!.secret_hash, renewed)).toBe(true);
  await karta('end', id);
  expect((await secretOf(id))[0]!.disabled).toBe(true);
});

test('what does not fit is refused in words, and nothing is registered', async () => {
  const before = await database.query('select 1 from service_client');
  await expect(karta()).rejects.toBeInstanceOf(Usage);
  await expect(karta('add', '--name', 'x')).rejects.toBeInstanceOf(Usage);
  await expect(karta('add', '--name', 'x', '--kind', 'service', '--method', 'client_secret_basic', '--scopes', 'patient/*.rs')).rejects.toMatchObject({ code: 'access.bad-client', details: { field: 'scopes' } });
  await expect(karta('add', '--name', 'x', '--kind', 'app', '--method', 'none', '--scopes', 'patient/*.rs', '--redirect', 'http://app.example/back')).rejects.toMatchObject({ details: { field: 'redirectUris' } });
  await expect(karta('add', '--name', 'x', '--kind', 'app', '--method', 'private_key_jwt', '--scopes', 'patient/*.rs', '--redirect', 'https://app.example/back')).rejects.toMatchObject({ details: { field: 'jwks' } });
  await expect(karta('end', 'nobody')).rejects.toMatchObject({ code: 'access.no-client' });
  expect(await database.query('select 1 from service_client')).toHaveLength(before.length);
});
