import assert from "node:assert/strict";
import { test } from "node:test";
import { nextPage } from "../../../checks/forge/link-header.ts";

const CURRENT = new URL("https://forge.example.org/api/list?page=1");

const TABLE: readonly (readonly [string, string | undefined, string | undefined])[] = [
  ["no header means no further page", undefined, undefined],
  ["nor does an empty one", "", undefined],
  [
    "GitHub's form",
    '<https://forge.example.org/api/list?page=2>; rel="next", <https://forge.example.org/api/list?page=9>; rel="last"',
    "https://forge.example.org/api/list?page=2",
  ],
  [
    "next need not come first, and its address may hold commas and semicolons",
    '<https://forge.example.org/api/list?page=1>; rel="prev", <https://forge.example.org/api/list?a=1,2;b&page=3>; rel="next"',
    "https://forge.example.org/api/list?a=1,2;b&page=3",
  ],
  ["the last page has no next", '<https://forge.example.org/api/list>; rel="first"', undefined],
  [
    "rel without quotes",
    "</api/list?page=2>; rel=next",
    "https://forge.example.org/api/list?page=2",
  ],
  [
    "several relations in one, and other parameters before",
    '<?page=2>; title="more"; rel="last next"',
    "https://forge.example.org/api/list?page=2",
  ],
  ["a relation that only begins alike", '<?page=2>; rel="nextgen"', undefined],
  ["an address that is none", '<http://[>; rel="next"', undefined],
];

for (const [name, header, expected] of TABLE) {
  test(name, () => {
    assert.equal(nextPage(header, CURRENT)?.href, expected);
  });
}
