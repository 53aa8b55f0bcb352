import type { FileNode, FileTree } from './file-tree.ts';

/** What servers in the network hold, by the source of its mount. It outlives every machine, and is in no snapshot. */
export type Shares = Map<string, FileTree>;

/** Where a share is mounted. */
export interface MountedShare {
  target: string;
  tree: FileTree;
}

/** A disk's files with what is mounted among them, which hides what the disk itself has there. */
export function mountedTree(disk: FileTree, mounted: () => readonly MountedShare[]): FileTree {
  const place = (path: string): [FileTree, string] => {
    const share = mounted().find(({ target }) => path === target || path.startsWith(`${target}/`));
    return share === undefined ? [disk, path] : [share.tree, path.slice(share.target.length) || '/'];
  };
  const all = () =>
    new Map([
      ...[...disk].filter(([path]) => place(path)[0] === disk),
      ...mounted().flatMap(({ target, tree }) =>
        [...tree].map(([path, node]) => [path === '/' ? target : target + path, node] as const),
      ),
    ]);
  return new (class extends Map<string, FileNode> {
    override get(path: string) {
      const [tree, at] = place(path);
      return tree.get(at);
    }
    override has(path: string) {
      return this.get(path) !== undefined;
    }
    override set(path: string, node: FileNode) {
      const [tree, at] = place(path);
      tree.set(at, node);
      return this;
    }
    override delete(path: string) {
      const [tree, at] = place(path);
      return tree.delete(at);
    }
    override keys() {
      return all().keys();
    }
    override entries() {
      return all().entries();
    }
    override [Symbol.iterator]() {
      return all().entries();
    }
  })();
}
