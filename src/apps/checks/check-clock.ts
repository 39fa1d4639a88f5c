import { spawnSync } from 'node:child_process';
import type { Finding, Given } from './finding.ts';

/** Signing times and the journal stand on this clock. */
const mostSkew = 2000;

/** The zone exists, the clock runs with the database's, and is kept in time where the system can tell. */
export async function checkClock({ config, database, now }: Given): Promise<Finding> {
  let offset: string;
  try {
    offset = new Intl.DateTimeFormat('en', { timeZone: config.zone, timeZoneName: 'longOffset' }).formatToParts(now).find(({ type }) => type === 'timeZoneName')!.value.replace('GMT', 'UTC');
  } catch {
    return { ok: false, text: { ru: `Часы: пояса «${config.zone}» нет`, en: `Clock: there is no zone “${config.zone}”` }, mend: 'export KARTA_ZONE=Europe/Moscow' };
  }
  const mend = 'sudo timedatectl set-ntp true';
  if (database) {
    const sent = Date.now();
    const [row] = await database.query<{ now: string }>('select clock_timestamp() as now');
    const skew = new Date(row!.now).getTime() - (sent + Date.now()) / 2;
    if (Math.abs(skew) > mostSkew) {
      const seconds = Math.round(skew / 1000);
      return { ok: false, text: { ru: `Часы сервера базы данных расходятся с этими на ${seconds}\u00A0с`, en: `The database server's clock differs from this one by ${seconds} s` }, mend };
    }
  }
  if (isUnsynchronised()) return { ok: false, text: { ru: 'Часы не сверяются с эталоном времени', en: 'The clock is not synchronised' }, mend };
  return { ok: true, text: { ru: `Часы: ${now.toISOString().slice(0, 19).replace('T', ' ')} UTC, пояс ${config.zone} (${offset})`, en: `Clock: ${now.toISOString().slice(0, 19).replace('T', ' ')} UTC, zone ${config.zone} (${offset})` } };
}

/** Where systemd does not run (a container) the machine below keeps the time. */
function isUnsynchronised(): boolean {
  const answer = spawnSync('timedatectl', ['show', '--property=NTPSynchronized', '--value'], { encoding: 'utf8', timeout: 3000 });
  return answer.status === 0 && answer.stdout.trim() === 'no';
}
