# Counts the ways to pay an amount with given coins, and the fewest coins needed.
# Input: n amount, then n coin values. Output: ways, fewest coins (or -1).

MODULUS = 10**9 + 7


def main():
    _, amount = map(int, input().split())
    coins = list(map(int, input().split()))

    ways = [0] * (amount + 1)
    ways[0] = 1
    fewest = [0] + [float("inf")] * amount
    # Coins outside, amounts inside: each multiset of coins is counted once.
    for coin in coins:
        for total in range(coin, amount + 1):
            ways[total] = (ways[total] + ways[total - coin]) % MODULUS
            fewest[total] = min(fewest[total], fewest[total - coin] + 1)

    print(ways[amount])
    print(fewest[amount] if fewest[amount] < float("inf") else -1)


main()
