import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { extname, join, normalize } from 'node:path';

const types: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2', '.svg': 'image/svg+xml' };

/** The strictest policy that the screens must live with: no inline script, no style tag. */
export const policy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

const people = [
  { login: 'registrar', name: 'Белова Ирина Павловна', role: 'registrar', line: 'Регистратура: очередь у окна, записи и новые карты' },
  { login: 'nurse', name: 'Орлова Татьяна Ивановна', role: 'nurse', line: 'Доврачебный осмотр: давление, вес, жалобы до приёма' },
  { login: 'doctor', name: 'Соколова Анна Викторовна', role: 'doctor', line: 'Терапевт: четырнадцать приёмов, одиннадцать документов на подпись' },
];

/** Serves built screens with a live stream, so that pages are seen as they are at work. Answers the origin. */
export async function serveGallery(folder: string, port: number): Promise<{ origin: string; server: Server; tell: (change: object) => void }> {
  const streams = new Set<import('node:http').ServerResponse>();
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    if (path === '/api/live') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('retry: 500\n\n');
      streams.add(response);
      request.on('close', () => streams.delete(response));
      return;
    }
    if (path === '/api/session/demo-people') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(people));
      return;
    }
    const file = extname(path) ? path : path.startsWith('/gallery') ? '/gallery/index.html' : path.startsWith('/my') ? '/my/index.html' : '/index.html';
    readFile(join(folder, file)).then(
      (bytes) => response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream', 'content-security-policy': policy }).end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    origin: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}`,
    server,
    tell: (change) => {
      for (const stream of streams) stream.write(`event: change\ndata: ${JSON.stringify(change)}\n\n`);
    },
  };
}
