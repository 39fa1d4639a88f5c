import { randomBytes } from 'node:crypto';
import { Readable, type Transform } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { decryptStream, encryptStream } from './encrypt-stream.ts';

const key = randomBytes(32);

async function through(bytes: Buffer, transform: Transform, piece = 70_000): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += piece) pieces.push(bytes.subarray(at, at + piece));
  const source = Readable.from(pieces);
  source.on('error', (error) => transform.destroy(error));
  return buffer(source.pipe(transform));
}

const frame = 2 ** 20;

test.each([0, 1, 15, 16, 17, frame - 1, frame, frame + 1, 3 * frame, 3 * frame + 5])('%i bytes come back as they were, whatever pieces they travel in', async (size) => {
  const clear = randomBytes(size);
  const secret = await through(clear, encryptStream(key, 'a'));
  expect((await through(secret, decryptStream(key, 'a'), 16)).equals(clear)).toBe(true);
  expect((await through(secret, decryptStream(key, 'a'), 999_999)).equals(clear)).toBe(true);
});

test('a byte changed, an end cut off at a frame, two frames exchanged and another file’s name are all noticed', async () => {
  const secret = await through(randomBytes(2 * frame + 100), encryptStream(key, 'a'));
  const whole = frame + 16;
  const [head, one, two, rest] = [secret.subarray(0, 16), secret.subarray(16, 16 + whole), secret.subarray(16 + whole, 16 + 2 * whole), secret.subarray(16 + 2 * whole)];
  const changed = Buffer.from(secret);
  changed[frame + 500]! ^= 1;
  for (const wrong of [changed, Buffer.concat([head, one, two]), Buffer.concat([head, two, one, rest]), head]) {
    await expect(through(wrong, decryptStream(key, 'a'))).rejects.toMatchObject({ code: 'backup.damaged' });
  }
  await expect(through(secret, decryptStream(key, 'b'))).rejects.toMatchObject({ code: 'backup.damaged' });
});
