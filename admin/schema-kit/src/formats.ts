/** Our named formats: the same portable patterns and check characters as the server's `domain/formats.py`. */

export interface Format {
  readonly pattern: string;
  readonly agrees?: (text: string) => boolean;
}

const MONTH_DAY = (between: string): string =>
  `(?:(?:0[13578]|1[02])${between}(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)${between}(?:0[1-9]|[12][0-9]|30)` +
  `|02${between}(?:0[1-9]|1[0-9]|2[0-8]))`; // of every year; 29 February stands apart
const LEAP = "(?:0[48]|[2468][048]|[13579][26])";
const DAY = `(?:(?:[0-9]{2}${LEAP}|(?:[02468][048]|[13579][26])00)-02-29|[0-9]{4}-${MONTH_DAY("-")})`;
const BIRTH = `(?:(?:(?:18|19|20)${LEAP}|2000)0229|(?:18|19|20)[0-9]{2}${MONTH_DAY("")})`;
const HOUR_MINUTE = "(?:[01][0-9]|2[0-3]):[0-5][0-9]";

export const FORMATS: Readonly<Record<string, Format>> = {
  // 统一社会信用代码, GB 32100-2015: registrar, kind, six digits of area, nine of the body, check
  "cn-uscc": { pattern: "^[0-9A-HJ-NP-RTUW-Y]{2}[0-9]{6}[0-9A-HJ-NP-RTUW-Y]{10}$", agrees: usccAgrees },
  // 居民身份证号码, GB 11643-1999
  "cn-resident-id": { pattern: `^[1-9][0-9]{5}${BIRTH}[0-9]{3}[0-9X]$`, agrees: residentIdAgrees },
  "cn-mobile": { pattern: "^1[3-9][0-9]{9}$" },
  "cn-phone": {
    pattern: "^(?:1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}(?:-[0-9]{1,6})?|[48]00-?[0-9]{3}-?[0-9]{4})$",
  },
  "cn-postcode": { pattern: "^[0-9]{6}$" },
  email: { pattern: "^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+$" },
  date: { pattern: `^${DAY}$` }, // RFC 3339 full-date
  "date-time": {
    pattern: `^${DAY}[Tt]${HOUR_MINUTE}:[0-5][0-9](?:\\.[0-9]{1,9})?(?:[Zz]|[+-]${HOUR_MINUTE})$`,
  },
};

/** The format whose pattern this is: what an author wrote out by hand is spoken of by its name. */
export const NAME_OF_PATTERN: ReadonlyMap<string, string> = new Map(
  Object.entries(FORMATS).map(([name, { pattern }]) => [pattern, name]),
);

// GB 32100-2015 §4.3: 31 characters (no I, O, S, V, Z) weighted by 3^i mod 31
const USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY";

function usccAgrees(text: string): boolean {
  let sum = 0;
  let weight = 1;
  for (const character of text.slice(0, 17)) {
    const value = USCC.indexOf(character);
    if (value < 0) return false;
    sum += value * weight;
    weight = (weight * 3) % 31;
  }
  return USCC[(31 - (sum % 31)) % 31] === text.slice(17);
}

// GB 11643-1999, ISO 7064 MOD 11-2: weights 2^(17-i) mod 11, the check character's own is 1
function residentIdAgrees(text: string): boolean {
  let rest = 0;
  for (const character of text) {
    const value = "0123456789X".indexOf(character);
    if (value < 0) return false;
    rest = (rest * 2 + value) % 11;
  }
  return rest === 1;
}
