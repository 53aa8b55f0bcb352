/** Formatting in one person's time zone. `seconds` are Slack's: Unix seconds, possibly with a fraction. */
export function timesIn(timeZone) {
  const format = (options) => {
    const formatter = new Intl.DateTimeFormat('en-GB', { timeZone, ...options });
    return (seconds) => formatter.format(Number(seconds) * 1000);
  };
  const time = format({ hour: '2-digit', minute: '2-digit' });
  const timeSecs = format({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const dateNum = format({ year: 'numeric', month: '2-digit', day: '2-digit' });
  const date = format({ day: 'numeric', month: 'long', year: 'numeric' });
  const dateShort = format({ day: 'numeric', month: 'short', year: 'numeric' });
  const dateLong = format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  const full = format({ dateStyle: 'full', timeStyle: 'long' });
  const parts = {
    date,
    date_num: (s) => dateNum(s).split('/').reverse().join('-'),
    date_slash: dateNum,
    date_short: dateShort,
    date_long: dateLong,
    date_pretty: date,
    date_short_pretty: dateShort,
    date_long_pretty: dateLong,
    day_divider_pretty: dateLong,
    time,
    time_secs: timeSecs,
    ago: (s) => `${date(s)}, ${time(s)}`,
  };
  return {
    time,
    timeSecs,
    full,
    day: dateLong,
    /** `{date_short} at {time}` as in `<!date^…>`; unknown parts stay as they are. */
    fill: (seconds, template) =>
      template.replace(/\{(\w+)\}/g, (whole, part) =>
        Object.hasOwn(parts, part) ? parts[part](seconds) : whole,
      ),
  };
}
