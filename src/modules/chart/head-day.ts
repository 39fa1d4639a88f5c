import { breakGlassToReview } from '../../access/index.ts';
import type { Ctx } from '../../access/context.ts';
import { dayIn } from './calendar.ts';
import type { DayLine, HeadDay } from './contract.ts';
import { dayLines } from './day.ts';
import { count, find, readMap, staffNames } from './find.ts';
import type { ChartParts } from './parts.ts';
import { personOf } from './person.ts';
import { minutesLate } from './rules.ts';

/** The clinic's day in numbers, doctor by doctor, and the emergency accesses that wait for the chief doctor's word. */
export async function readHeadDay(ctx: Ctx, { zone }: ChartParts): Promise<HeadDay> {
  const day = dayIn(ctx.now, zone);
  const posts = ctx.actor.organization ? await find(ctx, 'PractitionerRole', `organization=${ctx.actor.organization}&_count=500`) : [];
  const [names, review, openCases, byPost] = await Promise.all([
    staffNames(ctx, posts.map(({ id }) => `PractitionerRole/${id}`)),
    toReview(ctx),
    ctx.actor.organization ? count(ctx, 'EpisodeOfCare', `organization=${ctx.actor.organization}&status=active`) : 0,
    Promise.all(posts.map(async (post) => ({ post, lines: await dayLines(ctx, [`PractitionerRole/${post.id}`], day, false) }))),
  ]);
  const seen = byPost.filter(({ lines }) => lines.length > 0);
  const all = seen.flatMap(({ lines }) => lines);
  const of = (lines: readonly DayLine[], state: DayLine['state']) => lines.filter((line) => line.state === state).length;
  return {
    day,
    counts: { booked: all.length, arrived: of(all, 'arrived'), inRoom: of(all, 'in-room'), done: of(all, 'done'), unfinished: of(all, 'unfinished'), noshow: of(all, 'noshow') },
    doctors: seen
      .map(({ post, lines }) => ({
        id: post.id, name: names.get(`PractitionerRole/${post.id}`) ?? '', post: post.code?.[0]?.text ?? post.code?.[0]?.coding?.[0]?.display ?? '',
        booked: lines.length, done: of(lines, 'done'), late: minutesLate(lines, ctx.now), unfinished: of(lines, 'unfinished'),
      }))
      .sort((a, b) => b.late - a.late || a.name.localeCompare(b.name, 'ru')),
    openCases,
    lines: seen.flatMap(({ post, lines }) => lines.map((line) => ({ ...line, doctor: names.get(`PractitionerRole/${post.id}`) ?? '' }))).sort((a, b) => Date.parse(a.start) - Date.parse(b.start)),
    review,
  };
}

async function toReview(ctx: Ctx): Promise<HeadDay['review']> {
  const cases = await breakGlassToReview(ctx);
  // The reviewer judges whose record was opened even where it is not his to read: only who it is.
  const people = await readMap<'Patient'>(ctx, cases.map(({ patient }) => `Patient/${patient}`));
  return cases.flatMap((each) => {
    const patient = people.get(`Patient/${each.patient}`);
    return patient ? [{ id: each.id, patient: personOf(patient), actor: each.actorName, reason: each.reason, opened: each.opened.toISOString(), until: each.until.toISOString() }] : [];
  });
}
