// A verifier of another make: it knows the log only through golang.org/x/mod/sumdb/note and sumdb/tlog.
//
//	verifier log VKEY DIR                   every entry of a static log is in the tree of its checkpoint
//	verifier proof VKEY FILE                a c2sp.org/tlog-proof holds; prints the event
//	verifier through VKEY FILE              tlog-proofs one above the other: each leads to the checkpoint that
//	                                        the next one's event holds, the last to one that VKEY signed
//	verifier consistency VKEY OLD FILE      the checkpoint in OLD is the beginning of the one in FILE
//
// It exits with status 1 and says why when something does not hold.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8
const header = "c2sp.org/tlog-proof@v1"

func main() {
	if len(os.Args) < 4 {
		fail(fmt.Errorf("usage: verifier log|proof|through|consistency VKEY FILE..."))
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
	case "through":
		err = checkThrough(known, os.Args[3])
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
	return readTree(strings.TrimSuffix(opened.Text, "\n"))
}

// readTree returns the tree of a checkpoint's text, whoever signed it.
func readTree(text string) (tlog.Tree, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 3 {
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
	leaf, err := openProof(content, func(checkpoint []byte) (tlog.Tree, error) {
		return openCheckpoint(known, checkpoint)
	})
	if err != nil {
		return err
	}
	fmt.Println(string(leaf))
	return nil
}

// checkThrough goes from the uppermost proof down: what its event holds is what the next one has to lead to.
func checkThrough(known note.Verifiers, file string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	parts := strings.Split(string(content), "\n"+header+"\n")
	for place := 1; place < len(parts); place++ {
		parts[place] = header + "\n" + parts[place]
	}
	believe := func(checkpoint []byte) (tlog.Tree, error) { return openCheckpoint(known, checkpoint) }
	for place := len(parts) - 1; place >= 0; place-- {
		leaf, err := openProof([]byte(parts[place]), believe)
		if err != nil {
			return err
		}
		if place == 0 {
			fmt.Println(string(leaf))
			return nil
		}
		var event struct {
			Type string
			Data struct{ Log, Checkpoint string }
		}
		if err := json.Unmarshal(leaf, &event); err != nil {
			return err
		}
		if event.Type != "checkpoint.seen" || !strings.HasPrefix(event.Data.Checkpoint, event.Data.Log+"\n") {
			return fmt.Errorf("the event above has seen no checkpoint")
		}
		seen, _, _ := strings.Cut(event.Data.Checkpoint, "\n\n")
		believe = func(checkpoint []byte) (tlog.Tree, error) {
			text, _, _ := strings.Cut(string(checkpoint), "\n\n")
			if text != seen {
				return tlog.Tree{}, fmt.Errorf("another checkpoint than the one that was seen")
			}
			return readTree(text)
		}
	}
	return fmt.Errorf("no proof")
}

// openProof returns the event of a proof, once *believe* gave the tree of its checkpoint and the event is in it.
func openProof(content []byte, believe func([]byte) (tlog.Tree, error)) ([]byte, error) {
	head, checkpoint, err := split(content)
	if err != nil {
		return nil, err
	}
	if len(head) < 3 || head[0] != header {
		return nil, fmt.Errorf("no tlog-proof")
	}
	leaf, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(head[1], "extra "))
	if err != nil {
		return nil, err
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(head[2], "index "), 10, 64)
	if err != nil {
		return nil, err
	}
	hashes, err := parseHashes(head[3:])
	if err != nil {
		return nil, err
	}
	tree, err := believe(checkpoint)
	if err != nil {
		return nil, err
	}
	if err := tlog.CheckRecord(hashes, tree.N, tree.Hash, index, tlog.RecordHash(leaf)); err != nil {
		return nil, err
	}
	return leaf, nil
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
