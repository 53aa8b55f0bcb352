import type { InstanceSelector } from '../../core/model/target.ts';
import { bad, type Format, format, good } from './format.ts';

/** EC2 allows a tag 128 characters of key and 256 of value (EC2 user guide, "Tag restrictions"). */
const TAG = /^tag:([^=]{1,128})=(.{1,256})$/su;

/** `i-` with 8 or 17 hexadecimal digits (the short form is from before 2016), or `tag:Key=Value`. */
export const instanceSelector: Format<InstanceSelector> = format<InstanceSelector>((text) => {
  if (/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(text)) return good({ by: 'id', id: text });
  const [, key, value] = TAG.exec(text) ?? [];
  if (key !== undefined && value !== undefined)
    return good({ by: 'tag', key: key.trim(), value: value.trim() });
  return bad({
    what: 'is neither an instance id nor a tag',
    use: 'Use an id like i-0123456789abcdef0, or tag:Key=Value',
  });
});

/** Region names as in `us-east-1`, `us-gov-west-1`, `eusc-de-east-1`. */
export const awsRegion: Format<string> = format((text) => {
  if (/^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/.test(text)) return good(text);
  const [, region] = /^([a-z]{2,4}(?:-[a-z]+)+-\d{1,2})[a-z]$/.exec(text) ?? [];
  return bad(
    region === undefined
      ? { what: 'is not an AWS region', use: 'Use the region of the Services machine' }
      : { what: 'is an availability zone', use: 'Leave out the last letter' },
  );
});
