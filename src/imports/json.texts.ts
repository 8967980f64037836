/** A JSON text, as far as it is one, and where it stands. */
interface JsonText {
  /** Its line; in a document its number. */
  at: number;
  bytes: Buffer;
}

const lineFeed = 0x0a;
const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];

const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === lineFeed;

/** What is kept of a row that goes on and on: one byte more than a line may have, so that it is refused. */
const most = 4_194_305;

/** Bytes of the name of a member that is looked for. */
const maxName = 255;

/** The lines of NDJSON. Blank ones are counted and left out. */
export async function* ndjsonTexts(pieces: AsyncIterable<Buffer>): AsyncGenerator<JsonText> {
  let at = 1;
  const line = new Pieces();
  for await (const piece of pieces) {
    let start = 0;
    for (let end = piece.indexOf(lineFeed); end >= 0; end = piece.indexOf(lineFeed, start)) {
      line.add(piece.subarray(start, end));
      const bytes = line.take();
      if (!bytes.every(isBlank)) yield { at, bytes };
      at++;
      start = end + 1;
    }
    line.add(piece.subarray(start));
  }
  const bytes = line.take();
  if (!bytes.every(isBlank)) yield { at, bytes };
}

/**
 * The items of arrays in JSON documents, one after the other: of a document that is an array its own, of one that is an
 * object those of its members `names`. Of what else is in the document nothing is kept.
 * @throws Error where the text ends within a document
 */
export async function* jsonTexts(pieces: AsyncIterable<Buffer>, names: readonly string[]): AsyncGenerator<JsonText> {
  const splitter = new Splitter(names);
  let at = 1;
  for await (const piece of pieces) for (const item of splitter.itemsIn(piece)) yield { at: at++, bytes: item };
  if (!splitter.isBetween) throw new Error('the file ends within a JSON document');
}

/** Bytes that arrive in pieces. */
class Pieces {
  private readonly pieces: Buffer[] = [];
  private length = 0;

  add(piece: Buffer): void {
    const kept = piece.subarray(0, most - this.length);
    if (kept.length === 0) return;
    this.pieces.push(kept);
    this.length += kept.length;
  }

  take(): Buffer {
    const whole = this.pieces.length === 1 ? this.pieces[0]! : Buffer.concat(this.pieces, this.length);
    this.pieces.length = 0;
    this.length = 0;
    return whole;
  }
}

/** Knows of the bytes so far only how deep they are nested, and in which string. */
class Splitter {
  private depth = 0;
  private inString = false;
  private isEscaped = false;
  /** The beginning of the string that was read last, directly in the document: the name of a member, if a colon follows. */
  private string: number[] = [];
  private name = '';
  /** The depth within the array whose items are rows. */
  private rowsDepth: number | undefined;
  private readonly item = new Pieces();
  private inItem = false;

  constructor(private readonly names: readonly string[]) {}

  get isBetween(): boolean {
    return this.depth === 0 && !this.inString;
  }

  *itemsIn(piece: Buffer): Generator<Buffer> {
    let itemStart = 0;
    for (let at = 0; at < piece.length; at++) {
      const byte = piece[at]!;
      if (this.inString) {
        this.goOn(byte);
        continue;
      }
      const isDirect = this.depth === this.rowsDepth;
      if (isDirect && this.inItem && (byte === comma || byte === closeBracket)) {
        this.item.add(piece.subarray(itemStart, at));
        this.inItem = false;
        yield this.item.take();
      } else if (isDirect && !this.inItem && byte !== comma && byte !== closeBracket && !isBlank(byte)) {
        this.inItem = true;
        itemStart = at;
      }
      this.pass(byte);
    }
    if (this.inItem) this.item.add(piece.subarray(itemStart));
  }

  private goOn(byte: number): void {
    if (this.isEscaped) this.isEscaped = false;
    else if (byte === backslash) this.isEscaped = true;
    else if (byte === quote) this.inString = false;
    if (this.depth === 1 && this.inString && this.string.length < maxName) this.string.push(byte);
  }

  private pass(byte: number): void {
    if (byte === quote) {
      this.inString = true;
      this.string = [];
    } else if (byte === colon && this.depth === 1) {
      this.name = Buffer.from(this.string).toString();
    } else if (byte === openBracket || byte === openBrace) {
      if (byte === openBracket && (this.depth === 0 || (this.depth === 1 && this.names.includes(this.name))))
        this.rowsDepth ??= this.depth + 1;
      this.depth++;
    } else if (byte === closeBracket || byte === closeBrace) {
      if (this.depth === this.rowsDepth) this.rowsDepth = undefined;
      this.depth--;
    }
  }
}
