# work.sh N PLATFORM: a few seconds of work, long enough to be killed in; leaves its sum in sum/N.PLATFORM. A file in the home says which
# attempts ran on this machine.
witness=$HOME/witness
echo "begin $COIL_TASK $COIL_ATTEMPT" >>"$witness"
for step in 1 2 3 4 5 6; do
    echo "step $step"
    sleep 1
done
mkdir -p sum
set -- "$1" "$2" in/"$COIL_ARCH"-*/sums
"$3" "$1" >"sum/$1.$2"
cat "sum/$1.$2"
echo "end $COIL_TASK $COIL_ATTEMPT" >>"$witness"
