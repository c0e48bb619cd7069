/** Dates and times of YAML, which reach a program in the form that Go prints them in. */
export const TIMESTAMP =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d+))?(Z|[-+]\d{2}:\d{2})| (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d+))?)?$/;

/** `2020-01-02` as `2020-01-02 00:00:00 +0000 UTC`; what is no point in time stays as it is. */
export function timestampText(text: string): string {
  const match = TIMESTAMP.exec(text);
  if (match === null) return text;
  const [, year = "", month = "", day = ""] = match;
  const [hour = "0", minute = "0", second = "0", fraction = ""] =
    match[4] === undefined ? match.slice(9) : match.slice(4);
  const date = [year, pad(month), pad(day)].join("-");
  const time = [hour, minute, second].map(pad).join(":");
  if (!isPointInTime(`${date}T${time}`)) return text;
  const digits = fraction.slice(0, 9).replace(/0+$/, "");
  return `${date} ${time}${digits === "" ? "" : `.${digits}`} ${zoneText(match[8])}`;
}

function pad(number: string): string {
  return number.padStart(2, "0");
}

function zoneText(zone: string | undefined): string {
  if (zone === undefined || zone === "Z" || zone.endsWith("00:00")) return "+0000 UTC";
  const offset = zone.replace(":", "");
  return `${offset} ${offset}`;
}

/** False for the 30th of February and the 25th hour. */
function isPointInTime(time: string): boolean {
  const parsed = new Date(`${time}Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(time);
}
