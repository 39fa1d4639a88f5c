import { hostname } from 'node:os';
import { join } from 'node:path';
import { endDemo, firstLink, keepDemoClient, openAuthorizationServer, openEntrance, sealJournal, smartConfiguration, sweepSessions, systemContext, type Entrance } from '../access/index.ts';
import type { Database } from '../db/types.ts';
import { eventJobs, openTail, startBringingUp, startDispatch, startJobs, startSubscriptions, subscriptionReaction, type Tail } from '../events/index.ts';
import { loadFhir } from '../fhir/index.ts';
import { createServer, openContext } from '../http/index.ts';
import { systemClock, type Clock } from '../kernel/clock.ts';
import type { Config } from '../kernel/config.ts';
import { log } from '../kernel/log.ts';
import type { Language } from '../kernel/problem.ts';
import { bulkPlugin, startBulk } from '../modules/exchange/index.ts';
import { restPlugin } from '../rest/index.ts';
import { openSeal, readBinaryFile } from '../modules/documents/index.ts';
import { openStore, type Store } from '../store/index.ts';
import { codeLookup } from '../terminology/code-lookup.ts';
import { Definitions } from '../terminology/definitions.ts';
import { openTerminology } from '../terminology/open-terminology.ts';
import { terminologyCapabilities } from '../terminology/terminology-capabilities.ts';
import { assembleModules } from './assemble-modules.ts';
import { buildScreens } from './build-screens.ts';
import type { Call, Text } from './command.ts';
import { followDictionaries } from './follow-dictionaries.ts';
import { followDefinitions, keepProfiles } from './keep-profiles.ts';
import { mountTerminology } from './terminology-operations.ts';
import { keepDemoExchange } from './demo-exchange.ts';
import { demoLines, keepDemoRegion, keepTemplates } from './demo-region.ts';

export interface ServerGiven {
  config: Config;
  /** Migrated. */
  database: Database;
  /** The clone's folder. */
  root: string;
  language: Language;
  say: Call['say'];
  /** Aborted when Karta is to stop. */
  stop: AbortSignal;
  clock?: Clock;
}

export interface Server {
  /** Lines for the operator after “Karta is ready”: the demo sign-ins, or the first administrator's link. */
  notes: readonly Text[];
  /** Answers what is under way, then stops. */
  close(): Promise<void>;
}

/** Assembles the floors into one listening process. */
export async function startServer({ config, database, root, say, clock = systemClock }: ServerGiven): Promise<Server> {
  loadFhir();
  const screens = buildScreens({ root, folder: join(config.data, 'web') });
  const tail = await openTail(database);
  const terminology = await openTerminology(database);
  const store: Store = await openStore(database, { clock, zone: config.zone, committed: () => tail.wake(), codes: codeLookup(() => definitions) });
  const definitions = new Definitions(database, store, terminology);
  await followDictionaries(terminology, tail);
  await followDefinitions(store, tail);
  const entrance = openEntrance({ db: database, store, clock, log, url: config.url, demo: config.demo });
  const { modules, keys, stop: stopModules } = await assembleModules({ config, database, clock, entrance, terminology });
  await keepTemplates(systemContext(entrance));
  await keepProfiles(systemContext(entrance));
  if (config.demo) {
    await keepDemoRegion({ entrance, keys, config, say });
    await keepDemoClient(entrance);
    await keepDemoExchange(entrance);
    await terminology.refresh();
  } else {
    await endDemo(database);
  }

  const { folder } = await screens;
  const server = await createServer({
    entrance,
    modules,
    feed: tail,
    screens: { root: folder, staff: 'index.html', portal: 'my/index.html', consent: 'oauth/index.html' },
    authorization: openAuthorizationServer(entrance, { seal: openSeal(config) }),
    health: async () => void (await database.query('select 1')),
  });
  const exchanging = { entrance, allowed: config.outward ?? [] };
  await server.register(restPlugin, {
    prefix: '/fhir/R4',
    authenticate: async (request) => openContext(entrance, request),
    url: `${config.url}/fhir/R4`,
    smart: smartConfiguration(config.url),
    operations: [...modules.flatMap(({ operations = [] }) => operations), ...mountTerminology(definitions)],
    binary: readBinaryFile,
    limits: config.limits,
    terminology: (about) => terminologyCapabilities(definitions, about),
  });
  await server.register(bulkPlugin, { ...exchanging, authenticate: async (request) => openContext(entrance, request) });
  const stopWork = startWork(entrance, modules, tail, config);
  try {
    await server.listen({ port: config.port, host: config.host });
  } catch (error) {
    await Promise.all([stopWork(), tail.stop(), stopModules()]);
    throw error;
  }
  return {
    notes: await notesFor(entrance, config),
    close: async () => {
      await server.close();
      await Promise.all([stopWork(), stopModules()]);
      await tail.stop();
    },
  };
}

/** The journal is sealed by the hour; sessions that have ended are swept. */
function accessJobs(entrance: Entrance) {
  return [
    { name: 'access.seal-journal', everySeconds: 3600, run: async () => void (await sealJournal(entrance.db, entrance.clock.now())) },
    { name: 'access.sweep-sessions', everySeconds: 3600, run: async () => void (await sweepSessions(entrance)) },
  ];
}

/** Reactions and scheduled jobs of the modules and the floors; shared with other processes on the same database by leases. */
function startWork(entrance: Entrance, modules: Awaited<ReturnType<typeof assembleModules>>['modules'], tail: Tail, config: Config): () => Promise<void> {
  const given = { database: entrance.db, tail, holder: `${hostname()}:${process.pid}`, context: () => systemContext(entrance) };
  const hooks = { entrance, allowed: config.outward ?? [] };
  const reactions = [...modules.flatMap((module) => module.reacts ?? []), subscriptionReaction(hooks)];
  const stopDispatch = startDispatch({ ...given, reactions });
  const stopJobs = startJobs({ ...given, jobs: [...accessJobs(entrance), ...eventJobs({ database: entrance.db, reactions: reactions.map(({ name }) => name) }), ...modules.flatMap((module) => module.jobs ?? [])] });
  const stopSubscriptions = startSubscriptions({ ...hooks, tail, holder: given.holder });
  const stopBulk = startBulk({ ...hooks, holder: given.holder });
  const stopBringingUp = startBringingUp({ database: entrance.db, store: entrance.store, tail, holder: given.holder });
  return async () => {
    await Promise.all([stopDispatch(), stopJobs(), stopSubscriptions(), stopBulk(), stopBringingUp()]);
  };
}

async function notesFor(entrance: Entrance, config: Config): Promise<readonly Text[]> {
  if (config.demo) return demoLines;
  const link = await firstLink(entrance);
  return link ? [{ ru: `Первый администратор входит один раз по ссылке: ${link}`, en: `The first administrator comes once by this link: ${link}` }] : [];
}
