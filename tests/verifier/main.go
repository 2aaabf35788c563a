// A verifier of another make: it knows the log only through golang.org/x/mod/sumdb/note and sumdb/tlog.
//
//	verifier log VKEY DIR                   every entry of a static log is in the tree of its checkpoint
//	verifier proof VKEY FILE                a c2sp.org/tlog-proof holds; prints the event
//	verifier consistency VKEY OLD FILE      the checkpoint in OLD is the beginning of the one in FILE
//
// It exits with status 1 and says why when something does not hold.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8

func main() {
	if len(os.Args) < 4 {
		fail(fmt.Errorf("usage: verifier log|proof|consistency VKEY FILE..."))
	}
	verifier, err := note.NewVerifier(os.Args[2])
	if err != nil {
		fail(err)
	}
	known := note.VerifierList(verifier)
	switch os.Args[1] {
	case "log":
		err = checkLog(known, os.Args[3])
	case "proof":
		err = checkProof(known, os.Args[3])
	case "consistency":
		err = checkConsistency(known, os.Args[3], os.Args[4])
	default:
		err = fmt.Errorf("unknown command %s", os.Args[1])
	}
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// openCheckpoint returns the tree of a signed checkpoint: origin, size and root hash, a line each.
func openCheckpoint(known note.Verifiers, content []byte) (tlog.Tree, error) {
	opened, err := note.Open(content, known)
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 {
		return tlog.Tree{}, fmt.Errorf("a checkpoint of %d lines", len(lines))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	hash, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: hash}, err
}

// folder reads tiles as the files of C2SP tlog-tiles, which leave out the height that sumdb's paths have.
type folder string

func (f folder) Height() int { return tileHeight }

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range tiles {
		name := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		content, err := os.ReadFile(filepath.Join(string(f), name))
		if err != nil {
			return nil, err
		}
		found = append(found, content)
	}
	return found, nil
}

func checkLog(known note.Verifiers, dir string) error {
	content, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(known, content)
	if err != nil {
		return err
	}
	reader := tlog.TileHashReader(tree, folder(dir))
	for first := int64(0); first < tree.N; first += 256 {
		width := tree.N - first
		if width > 256 {
			width = 256
		}
		entries, err := readBundle(dir, first/256, int(width))
		if err != nil {
			return err
		}
		for place, entry := range entries {
			index := first + int64(place)
			proof, err := tlog.ProveRecord(tree.N, index, reader)
			if err != nil {
				return fmt.Errorf("entry %d: %v", index, err)
			}
			if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)); err != nil {
				return fmt.Errorf("entry %d: %v", index, err)
			}
		}
	}
	fmt.Println(tree.N)
	return nil
}

func readBundle(dir string, number int64, width int) ([][]byte, error) {
	tile := tlog.Tile{H: tileHeight, L: -1, N: number, W: width}
	name := strings.Replace(tile.Path(), "tile/8/data/", "tile/entries/", 1)
	content, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(content) > 0 {
		if len(content) < 2 || len(content) < 2+int(binary.BigEndian.Uint16(content)) {
			return nil, fmt.Errorf("%s ends within an entry", name)
		}
		end := 2 + int(binary.BigEndian.Uint16(content))
		entries = append(entries, content[2:end])
		content = content[end:]
	}
	if len(entries) != width {
		return nil, fmt.Errorf("%s has %d entries, not %d", name, len(entries), width)
	}
	return entries, nil
}

// split divides a proof into its head lines and the checkpoint after the empty line.
func split(content []byte) ([]string, []byte, error) {
	head, checkpoint, found := strings.Cut(string(content), "\n\n")
	if !found {
		return nil, nil, fmt.Errorf("no empty line before the checkpoint")
	}
	return strings.Split(head, "\n"), []byte(checkpoint), nil
}

func parseHashes(lines []string) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for _, line := range lines {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, hash)
	}
	return hashes, nil
}

func checkProof(known note.Verifiers, file string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	head, checkpoint, err := split(content)
	if err != nil {
		return err
	}
	if len(head) < 3 || head[0] != "c2sp.org/tlog-proof@v1" {
		return fmt.Errorf("no tlog-proof")
	}
	leaf, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(head[1], "extra "))
	if err != nil {
		return err
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(head[2], "index "), 10, 64)
	if err != nil {
		return err
	}
	hashes, err := parseHashes(head[3:])
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(known, checkpoint)
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(hashes, tree.N, tree.Hash, index, tlog.RecordHash(leaf)); err != nil {
		return err
	}
	fmt.Println(string(leaf))
	return nil
}

func checkConsistency(known note.Verifiers, oldFile, file string) error {
	oldContent, err := os.ReadFile(oldFile)
	if err != nil {
		return err
	}
	old, err := openCheckpoint(known, oldContent)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	head, checkpoint, err := split(content)
	if err != nil {
		return err
	}
	if head[0] != fmt.Sprintf("old %d", old.N) {
		return fmt.Errorf("the proof is about another size: %s", head[0])
	}
	hashes, err := parseHashes(head[1:])
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(known, checkpoint)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(hashes, tree.N, tree.Hash, old.N, old.Hash); err != nil {
		return err
	}
	fmt.Println(tree.N)
	return nil
}
