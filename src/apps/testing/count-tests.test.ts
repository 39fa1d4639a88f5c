import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { addCounts, countTests, tellFailures } from './count-tests.ts';

const folder = mkdtempSync(join(tmpdir(), 'karta-counts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function report(change: object): string {
  const file = join(folder, 'report.json');
  writeFileSync(file, JSON.stringify({ success: true, numPassedTests: 5, numFailedTests: 0, numPendingTests: 2, numTodoTests: 0, testResults: [], ...change }));
  return file;
}

test('the closing line counts what passed, failed and was skipped over all runs', () => {
  const failed = { success: false, numFailedTests: 1, testResults: [{ status: 'failed', assertionResults: [{ status: 'failed' }] }] };
  expect(addCounts(countTests(report({})), countTests(report(failed)))).toEqual({ passed: 10, failed: 1, skipped: 4 });
});

test('a file that broke before its first test, an unexplained failure and a run without report are failures', () => {
  expect(countTests(report({ success: false, testResults: [{ status: 'failed', assertionResults: [] }] })).failed).toBe(1);
  expect(countTests(report({ success: false })).failed).toBe(1);
  expect(countTests(join(folder, 'none.json')).failed).toBe(1);
});

test('what failed is told by file, name and the first lines of its reason', () => {
  const long = Array.from({ length: 40 }, (_, n) => `line ${n}`).join('\n');
  const file = report({ testResults: [
    { name: 'a.test.ts', status: 'failed', assertionResults: [{ status: 'passed', fullName: 'holds' }, { status: 'failed', fullName: 'nothing is lost', failureMessages: [long] }] },
    { name: 'b.test.ts', status: 'failed', message: 'no such module', assertionResults: [] },
  ] });
  expect(tellFailures(file, 2)).toEqual(['a.test.ts › nothing is lost\n    line 0\n    line 1', 'b.test.ts\n    no such module']);
});
