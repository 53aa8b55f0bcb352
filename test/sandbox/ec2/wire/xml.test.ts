import { errorDocument, resultDocument } from '../../../../sandbox/ec2/wire/xml.ts';

test('a result has its request id, lists of items, and no elements for what is not there', () => {
  const document = resultDocument('DescribeThings', 'r-1', {
    thingSet: [{ name: 'a', absent: undefined }, 'plain'],
    empty: '',
    none: [],
    count: 3,
    return: true,
  });
  expect(document).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
      '<DescribeThingsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r-1</requestId>' +
      '<thingSet><item><name>a</name></item><item>plain</item></thingSet>' +
      '<empty></empty><none></none><count>3</count><return>true</return></DescribeThingsResponse>',
  );
});

test('a text can hold anything', () => {
  const document = errorDocument('Code', 'a<b> & "c"\r\n\td\u0000\u001b[1m', 'r-1');
  expect(document).toContain('<Message>a&lt;b&gt; &amp; "c"&#xD;&#xA;\td[1m</Message>');
});
