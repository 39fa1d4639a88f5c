/** The calendar of the clinic's zone. Pure. */

/** `YYYY-MM-DD` of an instant in a zone. */
export function dayIn(at: Date, zone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);
}

/** The day so many days later (earlier where negative). */
export function addDays(day: string, days: number): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** The day of a FHIR date or dateTime in a zone; a partial date begins at its first day. */
export function dayOf(date: string, zone: string): string {
  if (date.includes('T')) return dayIn(new Date(date), zone);
  return `${date}-01-01`.slice(0, 10);
}

/** The last day that a partial FHIR date may mean. */
export function lastDayOf(date: string, zone: string): string {
  if (date.includes('T')) return dayIn(new Date(date), zone);
  if (date.length === 4) return `${date}-12-31`;
  if (date.length > 7) return date;
  const [year, month] = date.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
}
