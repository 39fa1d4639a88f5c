/** Text of a file in UTF-8 or windows-1251: what is not valid UTF-8 is taken for the latter. */
export function decodeCsv(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1251').decode(bytes);
  }
}

export interface CsvRow {
  /** Line of the file at which the row begins. */
  line: number;
  cells: string[];
}

/** RFC 4180 with `;` or `,`, whichever the first line has more of. */
export function parseCsv(text: string): CsvRow[] {
  const [head = ''] = text.split('\n', 1);
  const separator = head.split(';').length >= head.split(',').length ? ';' : ',';
  const rows: CsvRow[] = [];
  let line = 1;
  let row: CsvRow = { line, cells: [] };
  let cell = '';
  let quoted = false;
  const endRow = () => {
    row.cells.push(cell.trim());
    if (row.cells.some((value) => value !== '')) rows.push(row);
    cell = '';
    row = { line: line + 1, cells: [] };
  };
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]!;
    if (quoted) {
      if (letter === '"' && text[at + 1] === '"') {
        cell += '"';
        at++;
      } else if (letter === '"') quoted = false;
      else cell += letter;
    } else if (letter === '"' && cell.trim() === '') {
      quoted = true;
      cell = '';
    } else if (letter === separator) {
      row.cells.push(cell.trim());
      cell = '';
    } else if (letter === '\n') endRow();
    else if (letter !== '\r') cell += letter;
    if (letter === '\n') line++;
  }
  if (cell !== '' || row.cells.length > 0) endRow();
  return rows;
}
