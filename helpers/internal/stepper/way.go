package stepper

import "slices"

// A cost is what is still to be done until the goal: switches from one goroutine to another,
// which are to be few, and then steps. The zero cost is that of the goal itself.
type cost struct{ switches, steps int }

var unreachable = cost{-1, -1}

func (c cost) better(than cost) bool {
	switch {
	case c == unreachable || than == unreachable:
		return than == unreachable && c != unreachable
	case c.switches != than.switches:
		return c.switches < than.switches
	}
	return c.steps < than.steps
}

// costs gives each move of each node what is still to be done after it. It depends on the move,
// not only on the node that it leads to, as going on with the same goroutine is no switch.
func (g Graph) costs() [][]cost {
	costs := make([][]cost, len(g.Nodes))
	for i, n := range g.Nodes {
		costs[i] = slices.Repeat([]cost{unreachable}, len(n.Moves))
	}
	for again := true; again; {
		again = false
		for i := len(g.Nodes) - 1; i >= 0; i-- { // from the ends, so that few rounds are needed
			for k, m := range g.Nodes[i].Moves {
				if m.To == Beyond {
					continue
				}
				if c := g.cost(costs, m.To, m.Goroutine); c.better(costs[i][k]) {
					costs[i][k], again = c, true
				}
			}
		}
	}
	return costs
}

// cost is what is to be done from a node on, after a step of the goroutine last.
func (g Graph) cost(costs [][]cost, node, last int) cost {
	if g.Nodes[node].Goal {
		return cost{}
	}
	best, _ := g.best(costs, node, last)
	return best
}

// best is the move of a node with which the least is to be done; last is -1 before the first.
func (g Graph) best(costs [][]cost, node, last int) (best cost, move int) {
	best, move = unreachable, -1
	for k, m := range g.Nodes[node].Moves {
		c := costs[node][k]
		if c == unreachable {
			continue
		}
		c.steps++
		if last >= 0 && last != m.Goroutine {
			c.switches++
		}
		if c.better(best) {
			best, move = c, k
		}
	}
	return best, move
}

// witness is a way from the start to the goal, with the fewest switches and then steps.
func (g Graph) witness() (way []Move, found bool) {
	costs := g.costs()
	at, last := 0, -1
	for !g.Nodes[at].Goal {
		_, k := g.best(costs, at, last)
		if k < 0 {
			return nil, false
		}
		m := g.Nodes[at].Moves[k]
		way = append(way, m)
		at, last = m.To, m.Goroutine
	}
	return way, true
}

// near lists nodes, as many as there is room for, in the order in which a page should hold them:
// those of a way, then what is one move away, two moves away, each with the run that follows when
// every goroutine goes on as long as it can. So a reader who strays still comes to an end.
func (g Graph) near(way []Move, most int) []int {
	var order []int
	seen := make([]bool, len(g.Nodes))
	add := func(node int) bool {
		if node == Beyond || seen[node] || len(order) == most {
			return false
		}
		seen[node] = true
		order = append(order, node)
		return true
	}
	add(0)
	for _, m := range way {
		add(m.To)
	}
	for i := 0; i < len(order); i++ {
		for _, m := range g.Nodes[order[i]].Moves {
			at, last := m.To, m.Goroutine
			for add(at) && len(g.Nodes[at].Moves) > 0 {
				next := g.Nodes[at].Moves[0]
				if k := slices.IndexFunc(g.Nodes[at].Moves, func(m Move) bool { return m.Goroutine == last }); k >= 0 {
					next = g.Nodes[at].Moves[k]
				}
				at, last = next.To, next.Goroutine
			}
		}
	}
	return order
}

// keep is the graph with only these nodes, the start first. Moves to others lead Beyond.
func (g Graph) keep(nodes []int) Graph {
	place := slices.Repeat([]int{Beyond}, len(g.Nodes))
	for i, node := range nodes {
		place[node] = i
	}
	kept := g
	kept.Nodes = make([]Node, len(nodes))
	for i, node := range nodes {
		n := g.Nodes[node]
		n.Moves = slices.Clone(n.Moves)
		for k := range n.Moves {
			if to := n.Moves[k].To; to != Beyond {
				n.Moves[k].To = place[to]
			}
		}
		kept.Nodes[i] = n
	}
	return kept
}
