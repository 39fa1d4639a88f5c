import { randomUUID } from 'node:crypto';
import type { Parameters, Resource } from '@medplum/fhirtypes';
import { entranceOf, requesterIn, type Ctx } from '../../../access/index.ts';
import { Problem } from '../../../kernel/problem.ts';
import { groupMembers, type Operation } from '../../../rest/index.ts';
import { addJob, countJobs, type BulkJob } from '../tables.ts';
import type { ExchangeParts } from '../exchange-parts.ts';
import { askedPairs, readExport, type ExportAsked } from './read-export.ts';
import { readManifest, type ImportAsked } from './read-manifest.ts';

const jobsOfCaller = 5;
const definitions = 'http://hl7.org/fhir/uv/bulkdata/OperationDefinition';

type Input = Parameters_<Operation['run']>[1];
type Parameters_<F> = F extends (...given: infer P) => unknown ? P : never;

/** Bulk Data Access 2.0 (http://hl7.org/fhir/uv/bulkdata/STU2/export.html): `$export` of everything, of all patients, of a group; and `$import`. */
export function bulkOperations({ allowed }: Pick<ExchangeParts, 'allowed'>): readonly Operation[] {
  const exporting = { name: 'export', affectsState: false } as const;
  return [
    { ...exporting, level: 'system', definition: `${definitions}/export`, run: (ctx, input) => startExport(ctx, 'system', input) },
    { ...exporting, level: 'type', types: ['Patient'], definition: `${definitions}/patient-export`, run: (ctx, input) => startExport(ctx, 'patients', input) },
    { ...exporting, level: 'instance', types: ['Group'], definition: `${definitions}/group-export`, run: (ctx, input) => startExport(ctx, 'group', input) },
    {
      name: 'import', level: 'system', affectsState: true, definition: 'https://github.com/smart-on-fhir/bulk-import/blob/master/import-manifest.md',
      run: (ctx, { text, prefer, url }) => startImport(ctx, { text, prefer, request: `${url}/$import` }, allowed),
    },
  ];
}

type Accepted = { status: number; contentLocation: string; body: string };

async function startExport(ctx: Ctx, level: ExportAsked['level'], input: Input): Promise<Accepted> {
  demandAsync(input.prefer);
  const body = input.text.trim() === '' ? undefined : parametersOf(input.resource());
  const asked = readExport(level, askedPairs(input.query, body), /\bhandling=lenient\b/.test(input.prefer ?? ''));
  const patients = level === 'group' ? (await groupMembers(ctx, input.id!)).filter((patient) => asked.patients?.includes(patient) ?? true) : asked.patients;
  const path = { system: '', patients: '/Patient', group: `/Group/${input.id}` }[level];
  const query = input.query.toString();
  return begin(ctx, { kind: 'export', state: 'active', request: `${input.url}${path}/$export${query ? `?${query}` : ''}`, asked: { ...asked, ...(patients ? { patients } : {}) } });
}

/** Begins an export of these types at system level, for work of Karta itself in the name of a caller. */
export async function beginExport(ctx: Ctx, types: readonly string[]): Promise<void> {
  const { entrance } = entranceOf(ctx);
  const asked = readExport('system', [['_type', types.join(',')]], false);
  await begin(ctx, { kind: 'export', state: 'active', request: `${entrance.url}/fhir/R4/$export?_type=${types.join(',')}`, asked });
}

/** Begins an import of files by their addresses. Refuses `exchange.import-scope`, `exchange.manifest`, `exchange.address`. */
export async function startImport(ctx: Ctx, { text, prefer, request }: { text: string; prefer: string | undefined; request: string }, allowed: readonly string[]): Promise<Accepted> {
  demandAsync(prefer);
  demandWriter(ctx);
  return begin(ctx, { kind: 'import', state: 'active', request, asked: readManifest(text, allowed) });
}

/** Adds a job of this caller. Refuses `exchange.too-many-jobs`. */
export async function begin(ctx: Ctx, job: Pick<BulkJob, 'kind' | 'state' | 'request'> & { asked: ExportAsked | ImportAsked }): Promise<Accepted & { id: string }> {
  const caller = requesterIn(ctx);
  const count = await countJobs(ctx.sql, caller.account);
  if (count >= jobsOfCaller) throw new Problem('exchange.too-many-jobs', { count, seconds: 60 });
  const id = randomUUID();
  await addJob(ctx.sql, { ...job, id, account: caller.account, caller, created: ctx.clock.now() });
  return { id, ...accepted(ctx, id) };
}

export function accepted(ctx: Ctx, id: string): Accepted {
  const text = ctx.language === 'ru' ? 'Задание принято. Ход — по адресу в Content-Location.' : 'The job was accepted. Its progress is at the address in Content-Location.';
  return { status: 202, contentLocation: jobAddress(ctx, id), body: JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ severity: 'information', code: 'informational', details: { text } }] }) };
}

export function jobAddress(ctx: Ctx, id: string): string {
  return `${entranceOf(ctx).entrance.url}/fhir/bulk/${id}`;
}

export function demandAsync(prefer: string | undefined): void {
  if (!/\brespond-async\b/.test(prefer ?? '')) throw new Problem('exchange.not-asynchronous');
}

/** Who may write nothing need not send a file first to hear it. */
export function demandWriter(ctx: Ctx): void {
  if ((ctx.actor.role !== 'system' && ctx.actor.role !== 'admin') || !ctx.scope.access.rules.some(({ write }) => write)) throw new Problem('exchange.import-scope');
}

function parametersOf(resource: Resource): Parameters {
  if (resource.resourceType !== 'Parameters') throw new Problem('rest.type-mismatch', { expected: 'Parameters', given: resource.resourceType.slice(0, 64) });
  return resource;
}
