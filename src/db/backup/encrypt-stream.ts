import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { Problem } from '../../kernel/problem.ts';

/**
 * A file as frames of AES-256-GCM, the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015): the nonce counts frames
 * and marks the last one, so no frame can be changed, moved or cut off, and nothing unproven is ever handed on. Layout: 16 bytes
 * of salt, then frames of 1 MiB with 16 bytes of tag each, the last one shorter.
 */
const frameSize = 2 ** 20;
const tagSize = 16;
const saltSize = 16;

function fileKey(dataKey: Buffer, salt: Buffer, name: string): Buffer {
  return Buffer.from(hkdfSync('sha256', dataKey, salt, `karta backup file ${name}`, 32));
}

function frameNonce(number: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(number, 5, 6);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

/** Collects bytes into frames; the last frame is known only at the end, so one is always held back. */
abstract class Frames extends Transform {
  #held: Buffer[] = [];
  #size = 0;
  readonly #frame: number;
  #number = 0;

  constructor(frame: number) {
    super();
    this.#frame = frame;
  }

  protected abstract frame(bytes: Buffer, number: number, last: boolean): Buffer;

  /** Bytes before the first frame; answers what is left for frames, undefined until there are enough. */
  protected head(bytes: Buffer): Buffer | undefined {
    return bytes;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    try {
      const bytes = this.head(chunk);
      if (bytes) {
        this.#held.push(bytes);
        this.#size += bytes.length;
      }
      if (this.#size > this.#frame) {
        let all = Buffer.concat(this.#held);
        for (; all.length > this.#frame; all = all.subarray(this.#frame)) this.push(this.frame(all.subarray(0, this.#frame), this.#number++, false));
        this.#held = [all];
        this.#size = all.length;
      }
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  override _flush(done: TransformCallback): void {
    try {
      this.push(this.frame(Buffer.concat(this.#held), this.#number, true));
      done();
    } catch (error) {
      done(error as Error);
    }
  }
}

class Encrypting extends Frames {
  readonly #key: Buffer;

  constructor(dataKey: Buffer, name: string) {
    super(frameSize);
    const salt = randomBytes(saltSize);
    this.#key = fileKey(dataKey, salt, name);
    this.push(salt);
  }

  protected frame(bytes: Buffer, number: number, last: boolean): Buffer {
    const cipher = createCipheriv('aes-256-gcm', this.#key, frameNonce(number, last));
    return Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  }
}

class Decrypting extends Frames {
  readonly #dataKey: Buffer;
  readonly #name: string;
  #start = Buffer.alloc(0);
  #key: Buffer | undefined;

  constructor(dataKey: Buffer, name: string) {
    super(frameSize + tagSize);
    this.#dataKey = dataKey;
    this.#name = name;
  }

  protected override head(bytes: Buffer): Buffer | undefined {
    if (this.#key) return bytes;
    this.#start = Buffer.concat([this.#start, bytes]);
    if (this.#start.length < saltSize) return undefined;
    this.#key = fileKey(this.#dataKey, this.#start.subarray(0, saltSize), this.#name);
    return this.#start.subarray(saltSize);
  }

  protected frame(bytes: Buffer, number: number, last: boolean): Buffer {
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#key!, frameNonce(number, last));
      decipher.setAuthTag(bytes.subarray(-tagSize));
      return Buffer.concat([decipher.update(bytes.subarray(0, -tagSize)), decipher.final()]);
    } catch {
      throw new Problem('backup.damaged', { file: this.#name });
    }
  }
}

/** `name` binds the content to its file: two files of a backup cannot be exchanged. */
export function encryptStream(dataKey: Buffer, name: string): Transform {
  return new Encrypting(dataKey, name);
}

export function decryptStream(dataKey: Buffer, name: string): Transform {
  return new Decrypting(dataKey, name);
}
