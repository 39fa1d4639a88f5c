import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../kernel/problem.ts';

/** The two built programs: one folder with the shared assets, an HTML page for each. */
export interface Screens {
  root: string;
  /** Page of the staff workspace, relative to the folder; answers every address that is nothing else. */
  staff: string;
  /** Page of the patient's program; answers everything under `/my`. */
  portal: string;
  /** Page on which a person lets an app in. */
  consent: string;
}

/** Files named by their content's hash may be kept for ever; a page is asked for again each time. */
export async function mountScreens(server: FastifyInstance, screens: Screens): Promise<void> {
  await server.register(fastifyStatic, { root: screens.root, serve: false, index: false, dotfiles: 'deny', cacheControl: false });
  server.get('/*', { config: { journal: false } }, async (request, reply) => {
    const path = decodeURIComponent(request.url.split('?')[0]!).slice(1);
    if (/^(api|fhir|oauth)(\/|$)/.test(path)) throw new Problem('http.no-such-address');
    const file = /(^|\/)[^/]+\.[a-z0-9]{1,8}$/i.test(path);
    if (file) {
      if (path.includes('..') || path.includes('\0') || !existsSync(join(screens.root, path))) throw new Problem('http.no-such-address');
      reply.header('cache-control', /^(my\/)?assets\//.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
      return reply.sendFile(path);
    }
    reply.header('cache-control', 'no-cache');
    return reply.sendFile(/^my(\/|$)/.test(path) ? screens.portal : screens.staff);
  });
}
