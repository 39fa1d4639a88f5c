import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanNarrative } from './clean-narrative.ts';

describe('narrative from elsewhere', () => {
  test('keeps its words, tables and emphasis', () => {
    expect(cleanNarrative('<div xmlns="http://www.w3.org/1999/xhtml"><p>АД <b>158/94</b> мм&nbsp;рт. ст.</p><table><tr><td colspan="2">x</td></tr></table></div>')).toBe(
      '<div><p>АД <b>158/94</b> мм\u00a0рт. ст.</p><table><tr><td colspan="2">x</td></tr></table></div>',
    );
  });

  test('loses whatever could run or load', () => {
    for (const [input, output] of [
      ['<script>alert(1)</script>да', 'да'],
      ['<p onclick="alert(1)" style="background:url(x)">да</p>', '<p>да</p>'],
      ['<img src=x onerror=alert(1)>да', 'да'],
      ['<a href="javascript:alert(1)">да</a>', 'да'],
      ['<iframe src="//x"></iframe>да', 'да'],
      ['<style>p{}</style><!-- <b> -->да', 'да'],
      ['<svg><script>alert(1)</script></svg>да', 'да'],
      ['<p title="</p><script>alert(1)</script>">да</p>', '<p>да</p>'],
      ['&lt;script&gt;', '&lt;script&gt;'],
      ['&#60;script&#x3e;', '&lt;script&gt;'],
      ['<scr<script>ipt>', 'ipt&gt;'],
      ['<!DOCTYPE x [<!ENTITY a "b">]>да', ']&gt;да'],
    ] as const) {
      expect(cleanNarrative(input)).toBe(output);
    }
  });

  test('comes out with every tag closed', () => {
    expect(cleanNarrative('<p><b>да')).toBe('<p><b>да</b></p>');
    expect(cleanNarrative('</p></div>да')).toBe('да');
    expect(cleanNarrative('<p><b>да</p>нет')).toBe('<p><b>да</b></p>нет');
  });

  test('never yields a tag outside the list or an attribute, whatever goes in', () => {
    const piece = fc.oneof(fc.constantFrom('<', '>', '"', "'", '<script', '</script>', '<p ', 'onload=', '<!--', '-->', '&lt;', '&#x3c;', '<svg/', '<td colspan="9" ', '/>', '\u0000'), fc.string());
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const clean = cleanNarrative(pieces.join(''));
        expect(clean.replace(/<\/?(p|br|b|strong|i|em|u|sub|sup|ul|ol|li|dl|dt|dd|table|caption|thead|tbody|tfoot|tr|td|th|h[1-6]|blockquote|pre|hr|span|div)( (colspan|rowspan)="\d{1,2}")*\/?>/g, '')).not.toMatch(/[<>]/);
      }),
      { numRuns: 2000 },
    );
  });
});
